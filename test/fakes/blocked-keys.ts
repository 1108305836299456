import {
  type BlockedKeyLimits,
  blockedKeyLimits,
  type BlockedKey,
  type BlockedKeys,
  lasts,
  messageIdOf,
  type ParkedError,
  type ParkedMessage,
} from '../../src/application/ports/blocked-keys.ts';
import type { Instant } from '../../src/domain/model/instant.ts';
import { type BackUp, backUpMaps } from './back-up.ts';

type Row = {
  readonly message: ParkedMessage;
  readonly attempts: number;
  readonly retryAt: Instant;
  readonly claimedUntil: Instant;
  readonly error: ParkedError | null;
};

const idOf = (message: ParkedMessage): string => `${message.group}:${messageIdOf(message)}`;

const byPlace = ({ message: a }: Row, { message: b }: Row): number =>
  a.partition - b.partition || Number(a.offset) - Number(b.offset);

export type MemoryBlockedKeys = BlockedKeys & {
  readonly backUp: BackUp;
  readonly messages: () => readonly ParkedMessage[];
  /** The same message under another seal. */
  readonly sealAnew: (message: ParkedMessage, sealed: string) => void;
};

/** Blocked keys in memory, for tests and simulations; the same contract. */
export function createMemoryBlockedKeys(limits: BlockedKeyLimits = blockedKeyLimits): MemoryBlockedKeys {
  const rows = new Map<string, Row>();
  const queue = (group: string, key: string): readonly Row[] =>
    [...rows.values()].filter(({ message }) => message.group === group && message.key === key).toSorted(byPlace);
  const keysOf = (group: string): ReadonlySet<string> =>
    new Set([...rows.values()].filter(({ message }) => message.group === group).map(({ message }) => message.key));
  const headsOf = (group: string): readonly BlockedKey[] =>
    [...keysOf(group)].flatMap((key) => {
      const waiting = queue(group, key);
      return waiting.slice(0, 1).map(({ message, attempts, retryAt, error }) => {
        const { partition, offset, parkedAt: since } = message;
        return { group, key, waiting: waiting.length, since, partition, offset, attempts, retryAt, error };
      });
    });
  const change = (message: ParkedMessage, to: (row: Row) => Row): void => {
    const row = rows.get(idOf(message));
    if (row !== undefined) rows.set(idOf(message), to(row));
  };
  const passedLimit = ({ group, key }: ParkedMessage): 'full' | 'too_many_keys' | null => {
    const waiting = queue(group, key).length;
    if (waiting > 0) return waiting >= limits.messages ? 'full' : null;
    return keysOf(group).size >= limits.keys ? 'too_many_keys' : null;
  };
  return {
    backUp: () => backUpMaps([rows]),
    messages: () => [...rows.values()].map(({ message }) => message),
    sealAnew: (message, sealed) => change(message, (row) => ({ ...row, message: { ...row.message, sealed } })),
    park: (message, failure) => {
      if (rows.has(idOf(message))) return Promise.resolve('parked');
      const passed = passedLimit(message);
      if (passed !== null) return Promise.resolve(passed);
      const retryAt = failure?.retryAt ?? message.parkedAt;
      rows.set(idOf(message), { message, attempts: 0, retryAt, claimedUntil: 0, error: failure?.error ?? null });
      return Promise.resolve('parked');
    },
    isBlocked: (group, key) => Promise.resolve(queue(group, key).length > 0),
    list: (group) =>
      Promise.resolve(headsOf(group).toSorted((a, b) => a.retryAt - b.retryAt || (a.key < b.key ? -1 : 1))),
    listAll: ({ limit, page }) => {
      const groups = new Set([...rows.values()].map(({ message }) => message.group));
      const heads = [...groups].flatMap(headsOf);
      const inOrder = heads.toSorted(
        (a, b) => a.since - b.since || (`${a.group} ${a.key}` < `${b.group} ${b.key}` ? -1 : 1),
      );
      return Promise.resolve(inOrder.slice((page - 1) * limit, page * limit));
    },
    queue: (group, key, limit) =>
      Promise.resolve(
        queue(group, key)
          .slice(0, limit)
          .map(({ message, attempts, retryAt, error }) => ({ ...message, attempts, retryAt, error })),
      ),
    claim: (group, key, { now, until, messageId }) => {
      const [head] = queue(group, key);
      if (head === undefined || lasts(head.claimedUntil, now)) return Promise.resolve(null);
      const isWanted = messageId === undefined ? !lasts(head.retryAt, now) : messageIdOf(head.message) === messageId;
      if (!isWanted) return Promise.resolve(null);
      change(head.message, (row) => ({ ...row, claimedUntil: until }));
      return Promise.resolve({ ...head.message, attempts: head.attempts });
    },
    finish: (message) => Promise.resolve(void rows.delete(idOf(message))),
    reschedule: (message, retryAt, error) => {
      const more = error === null ? 0 : 1;
      change(message, (row) => ({
        ...row,
        ...{ attempts: row.attempts + more, retryAt, claimedUntil: 0, error: error ?? row.error },
      }));
      return Promise.resolve();
    },
    retryNow: (group, key) => {
      const [head] = queue(group, key);
      if (head !== undefined) change(head.message, (row) => ({ ...row, retryAt: 0 }));
      return Promise.resolve(head !== undefined);
    },
  };
}
