import { setImmediate } from 'node:timers/promises';
import type { SubscriberSave, SubscriberStore } from '../../src/application/ports/subscriber-store.ts';
import { isAhead } from '../../src/domain/model/instant.ts';
import { documentAfter, type StoreDocument, type StoreDocuments } from './store-document.ts';
import { claimDueIn, countTryIn, findDueIn } from './store-due.ts';
import type { StoreFaults } from './store-faults.ts';

export type MemorySubscriberStore = SubscriberStore & {
  /** A copy of every document. */
  readonly backUp: () => StoreDocuments;
  /** All documents, or those of the users that are named, are again those of the backup. */
  readonly putBack: (backup: StoreDocuments, userIds?: readonly string[]) => void;
};

/** The port on a Map. Every call yields once before it acts, so that callers interleave as over a network. */
export function createMemorySubscriberStore(faults: StoreFaults = {}): MemorySubscriberStore {
  const documents: StoreDocuments = new Map();
  const arrive = async (operation: keyof SubscriberStore): Promise<void> => {
    await setImmediate();
    faults.before?.(operation);
  };
  return {
    backUp: () => structuredClone(documents),
    putBack: (backup, userIds = [...documents.keys()]) => {
      for (const userId of userIds) {
        const document = backup.get(userId);
        if (document === undefined) documents.delete(userId);
        else documents.set(userId, structuredClone(document));
      }
    },
    load: async (userId) => {
      await arrive('load');
      const document = documents.get(userId);
      return document === undefined ? null : storedFrom(document);
    },
    findMany: async (userIds) => {
      await arrive('findMany');
      return [...new Set(userIds)].flatMap((userId) => structuredClone(documents.get(userId)?.subscriber) ?? []);
    },
    save: async (save) => {
      await arrive('save');
      return applySave(documents, save, faults);
    },
    pullOutbox: async (published) => {
      await arrive('pullOutbox');
      for (const { userId, entryIds } of published) pullFrom(documents, userId, entryIds);
    },
    findLeftovers: async (before, { limit, from, except }) => {
      await arrive('findLeftovers');
      return [...documents.values()]
        .flatMap(({ subscriber: { userId }, outbox }) => outbox.slice(0, 1).map(({ at }) => ({ userId, outbox, at })))
        .filter(({ at }) => (at < before || isAhead(at, before)) && at >= (from ?? at))
        .filter(({ userId }) => !except.includes(userId))
        .sort((a, b) => a.at - b.at)
        .slice(0, limit)
        .map(({ userId, outbox }) => ({ userId, outbox: structuredClone(outbox) }));
    },
    findDue: async (query) => {
      await arrive('findDue');
      return findDueIn(documents, query);
    },
    claimDue: async (claims) => {
      await arrive('claimDue');
      return claims.map(({ due, notBefore }) => claimDueIn(documents, due, notBefore));
    },
    countTries: async (published) => {
      await arrive('countTries');
      for (const { userId, notBefore } of published) countTryIn(documents, userId, notBefore);
    },
    earliestDue: async (testClockId, after, until) => {
      await arrive('earliestDue');
      const instants = [...documents.values()]
        .filter(({ subscriber }) => subscriber.testClockId === testClockId)
        .flatMap(({ announce }) => (announce.business === null ? [] : [announce.business.at]))
        .filter((at) => at > after && at <= until);
      return instants.length === 0 ? null : Math.min(...instants);
    },
    isQuiescent: async (testClockId, now) => {
      await arrive('isQuiescent');
      return [...documents.values()]
        .filter(({ subscriber }) => subscriber.testClockId === testClockId)
        .every((document) => isAtRest(document, now));
    },
    findCommands: async (wanted) => {
      await arrive('findCommands');
      return wanted.flatMap(({ userId, commandId }) => {
        const subscriber = structuredClone(documents.get(userId)?.subscriber);
        const entry = subscriber?.commands.find(({ id }) => id === commandId);
        return subscriber === undefined || entry === undefined ? [] : [{ userId, entry, subscriber }];
      });
    },
  };
}

const isAtRest = ({ subscriber, announce, outbox }: StoreDocument, now: number): boolean =>
  outbox.length === 0 &&
  (announce.business === null || announce.business.at > now) &&
  [subscriber.payment, ...subscriber.watched].every(
    (payment) => !['created', 'sending'].includes(payment?.state ?? ''),
  ) &&
  subscriber.refunds.every(({ state }) => state !== 'requested' && state !== 'sending');

const storedFrom = ({ subscriber, version, announce, outbox }: StoreDocument) =>
  structuredClone({ subscriber, version, announce, outbox });

async function applySave(
  documents: StoreDocuments,
  save: SubscriberSave,
  faults: StoreFaults,
): Promise<'saved' | 'conflict'> {
  const { userId } = save.subscriber;
  const before = documents.get(userId);
  if ((before?.version ?? 0) !== save.expectedVersion) return before?.lastSaveId === save.saveId ? 'saved' : 'conflict';
  documents.set(userId, documentAfter(before, save));
  try {
    faults.afterSave?.(save);
  } catch {
    await setImmediate();
    faults.before?.('load');
    return documents.get(userId)?.lastSaveId === save.saveId ? 'saved' : 'conflict';
  }
  return 'saved';
}

function pullFrom(documents: StoreDocuments, userId: string, entryIds: readonly string[]): void {
  const document = documents.get(userId);
  if (document === undefined) return;
  const outbox = document.outbox.filter(({ id }) => !entryIds.includes(id));
  documents.set(userId, { ...document, outbox });
}
