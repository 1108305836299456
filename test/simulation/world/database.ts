import type { Books } from '../../../src/application/ports/books.ts';
import type { NewerRows } from '../../../src/application/ports/newer-rows.ts';
import type { NoticeReports } from '../../../src/application/ports/notice-reports.ts';
import type { ReconciliationWalks } from '../../../src/application/ports/reconciliation-walks.ts';
import { Fault } from '../../../src/application/ports/faults.ts';
import type {
  StoredSubscriber,
  SubscriberSave,
  SubscriberStore,
  PastLookups,
} from '../../../src/application/ports/subscriber-store.ts';
import { backUpMaps } from '../../fakes/back-up.ts';
import { createMemoryBooks } from '../../fakes/books.ts';
import { createMemoryNoticeReports } from '../../fakes/notice-reports.ts';
import { createMemoryWalks } from '../../fakes/reconciliation-walks.ts';
import { sameAnnouncement, type StoreDocument } from '../../fakes/store-document.ts';
import { claimDueIn, countTryIn, findDueIn } from '../../fakes/store-due.ts';
import { createMemoryReadModels, type PaymentRow } from '../../fakes/read-models.ts';
import { isAhead, minuteMs, secondMs } from '../../../src/domain/model/instant.ts';
import type { HistoryWriter } from '../../../src/application/ports/outbox.ts';
import type { Machine } from './machine.ts';
import type { World } from './world.ts';

export type Watcher = {
  readonly onSave: (before: StoreDocument | null, after: StoreDocument, save: SubscriberSave) => void;
  /** The answer to the save has reached its process, which lives. */
  readonly onLearned?: (save: SubscriberSave) => void;
  readonly onPull: (before: StoreDocument, entryIds: readonly string[]) => void;
  /** Something may have fallen due, or the outbox has entries. */
  readonly onChange: (document: StoreDocument) => void;
  /** All documents are those of a backup now. */
  readonly onRestore?: () => void;
};

/** MongoDB with only the promises that the service relies on: a single document changes atomically. */
export type Database = {
  readonly documents: ReadonlyMap<string, StoreDocument>;
  readonly readModels: ReturnType<typeof createMemoryReadModels>;
  readonly walks: ReconciliationWalks;
  readonly noticeReports: ReturnType<typeof createMemoryNoticeReports>;
  readonly noticeReportsOf: (machine: Machine) => NoticeReports;
  readonly storeOf: (machine: Machine) => SubscriberStore;
  /** `onDuplicate`: what the process does that finds a second kept payment of a period. */
  readonly readModelsOf: (
    machine: Machine,
    onDuplicate: (row: PaymentRow) => Promise<void>,
  ) => { readonly writer: HistoryWriter; readonly decisions: PastLookups; readonly books: Books };
  /** A question of a process to a collection of its own. */
  readonly newerRowsOf: (machine: Machine) => NewerRows;
  readonly answer: <Answer>(machine: Machine, effect: () => Promise<Answer>) => Promise<Answer>;
  /** Replaces a document by one that says the same. */
  readonly replace: (before: StoreDocument, after: StoreDocument) => void;
  readonly breakDown: (ms: number) => void;
  /** There is no primary, so every call waits for one. */
  readonly hang: (ms: number) => void;
  /** Every call is answered, and takes seconds. */
  readonly slowDown: (ms: number) => void;
  readonly recover: () => void;
  /** Of all documents, with the walks of the reconciliation. The read models are restored with them, or stay as they are. */
  readonly backUp: () => (withReadModels: boolean) => void;
  readonly watch: (watcher: Watcher) => void;
};

/** How long a driver waits for a primary. */
const selectionMs = 30 * secondMs;
/** The longest answer of a store that is slow but alive: longer than a handler waits, shorter than the driver gives up. */
const slowMsMax = 20 * secondMs;
const away = (what: string): Fault => new Fault('store_unavailable', what, { retryable: true });
const firstUser = (users: readonly { readonly userId: string }[]): string | null => users[0]?.userId ?? null;
function storedFrom({ subscriber, version, announce, outbox }: StoreDocument): StoredSubscriber {
  return { subscriber, version, announce, outbox };
}

/** The document after the save. A timer that is still the next one keeps its claim. Saved objects are never changed. */
function documentAfter(before: StoreDocument | undefined, save: SubscriberSave): StoreDocument {
  const isSame = before !== undefined && sameAnnouncement(before.announce, save.announce);
  const claim = isSame ? before.announce : { notBefore: null, tries: 0 };
  const { business, real } = save.announce;
  return {
    subscriber: save.subscriber,
    version: save.expectedVersion + 1,
    lastSaveId: save.saveId,
    announce: { business, real, notBefore: claim.notBefore, tries: claim.tries },
    outbox: [...(before?.outbox ?? []), ...(save.entry === null ? [] : [save.entry])],
  };
}

export function createDatabase(world: World): Database {
  const documents = new Map<string, StoreDocument>();
  /** The document before its last save: what a stale read may still return. */
  const earlier = new Map<string, StoreDocument | null>();
  const watchers: Watcher[] = [];
  let raise: (row: PaymentRow) => Promise<void> = () => Promise.resolve();
  const readModels = createMemoryReadModels((row) => {
    world.story.add(row.userId, `alarm: ${row.id} is a second kept payment of its period`);
    return raise(row);
  });
  const books = createMemoryBooks(readModels);
  const walks = createMemoryWalks();
  const noticeReports = createMemoryNoticeReports(readModels);
  let downUntil = 0;
  let hangsUntil = 0;
  let slowUntil = 0;

  const apply = (save: SubscriberSave): 'saved' | 'conflict' => {
    const { userId } = save.subscriber;
    const before = documents.get(userId);
    if ((before?.version ?? 0) !== save.expectedVersion) {
      return before?.lastSaveId === save.saveId ? 'saved' : 'conflict';
    }
    const after = documentAfter(before, save);
    earlier.set(userId, before ?? null);
    documents.set(userId, after);
    for (const watcher of watchers) {
      watcher.onSave(before ?? null, after, save);
      watcher.onChange(after);
    }
    return 'saved';
  };
  const pull = (userId: string, entryIds: readonly string[]): void => {
    const before = documents.get(userId);
    if (before === undefined) return;
    for (const watcher of watchers) watcher.onPull(before, entryIds);
    documents.set(userId, { ...before, outbox: before.outbox.filter(({ id }) => !entryIds.includes(id)) });
  };
  const changed = (userId: string): void => {
    const document = documents.get(userId);
    if (document !== undefined) for (const watcher of watchers) watcher.onChange(document);
  };

  const storeOf = (machine: Machine): SubscriberStore => {
    /** An election is under way. The driver waits for a primary, and may find one in time. */
    const elect = async (isInTime: boolean): Promise<void> => {
      const ms = world.random.integer(secondMs, selectionMs);
      await new Promise<void>((resolve) => void world.scheduler.after(ms, resolve, machine));
      if (!isInTime) throw away('no primary in time');
    };
    const crawl = (): Promise<void> => {
      const ms = Math.ceil(world.random.spread(secondMs, slowMsMax));
      return new Promise((resolve) => void world.scheduler.after(ms, resolve, machine));
    };
    const ask = <Answer>(userId: string | null, effect: () => Answer): Promise<Answer> =>
      machine.hop<Answer>(userId, () => {
        if (world.scheduler.now() < downUntil || world.strikes('store_away', userId)) throw away('no answer');
        if (world.scheduler.now() < hangsUntil) return elect(false).then(effect);
        if (world.scheduler.now() < slowUntil) return crawl().then(effect);
        return world.strikes('store_hangs', userId) ? elect(world.random.chance(0.5)).then(effect) : effect();
      });
    const read = (userId: string): StoreDocument | null => {
      const stale = earlier.get(userId);
      if (stale !== undefined && world.strikes('stale_read', userId)) return stale;
      return documents.get(userId) ?? null;
    };
    return {
      load: (userId) =>
        ask(userId, () => {
          const document = read(userId);
          return document === null ? null : storedFrom(document);
        }),
      save: (save) => {
        const answered = ask(save.subscriber.userId, () => {
          const { userId } = save.subscriber;
          if (world.strikes('save_lands_late', userId)) {
            world.scheduler.after(Math.ceil(world.random.spread(100, 2 * minuteMs)), () => void apply(save));
            throw away('the write is still on its way');
          }
          const result = apply(save);
          // The real adapter then searches for its own save id; in half of the cases that read fails as well.
          if (world.strikes('save_answer_lost', userId) && world.random.chance(0.5)) throw away('the answer is lost');
          return result;
        });
        const learn = (result: 'saved' | 'conflict'): void => {
          if (result === 'saved') for (const watcher of watchers) watcher.onLearned?.(save);
        };
        // Beside the answer: a link between would change the sequence in which processes go on.
        void answered.then(learn, () => undefined);
        return answered;
      },
      pullOutbox: (published) =>
        ask(firstUser(published), () => published.forEach(({ userId, entryIds }) => pull(userId, entryIds))),
      findLeftovers: (before, { limit, from, except }) =>
        ask(null, () =>
          [...documents.values()]
            .filter(
              ({ outbox: [oldest] }) => oldest !== undefined && (oldest.at < before || isAhead(oldest.at, before)),
            )
            .filter(({ outbox: [oldest] }) => from === null || (oldest?.at ?? from) >= from)
            .map(({ subscriber: { userId }, outbox }) => ({ userId, outbox }))
            .filter(({ userId }) => !except.includes(userId))
            .slice(0, limit),
        ),
      findDue: (query) => ask(null, () => findDueIn(documents, query)),
      claimDue: (claims) =>
        ask(firstUser(claims.map(({ due }) => due)), () =>
          claims.map(({ due, notBefore }) => {
            const won = claimDueIn(documents, due, notBefore);
            changed(due.userId);
            return won;
          }),
        ),
      countTries: (published) =>
        ask(firstUser(published), () =>
          published.forEach(({ userId, notBefore }) => countTryIn(documents, userId, notBefore)),
        ),
      earliestDue: () => Promise.resolve(null),
      isQuiescent: () => Promise.resolve(true),
      findCommands: (wanted) =>
        ask(firstUser(wanted), () =>
          wanted.flatMap(({ userId, commandId }) => {
            const subscriber = read(userId)?.subscriber;
            const entry = subscriber?.commands.find(({ id }) => id === commandId);
            return subscriber === undefined || entry === undefined ? [] : [{ userId, entry, subscriber }];
          }),
        ),
      findMany: (userIds) => ask(userIds[0] ?? null, () => userIds.flatMap((userId) => read(userId)?.subscriber ?? [])),
    };
  };

  const answer: Database['answer'] = (machine, effect) =>
    machine.hop(null, () => {
      if (world.scheduler.now() < downUntil || world.strikes('store_away', null)) throw away('no answer');
      return effect();
    });

  return {
    documents,
    readModels,
    walks,
    noticeReports,
    noticeReportsOf: (machine) => ({
      findNamed: (userId, noticeId) => answer(machine, () => noticeReports.findNamed(userId, noticeId)),
      keep: (report) => answer(machine, () => noticeReports.keep(report)),
    }),
    storeOf,
    readModelsOf: (machine, onDuplicate) => {
      const ask = <Answer>(userId: string | null, effect: () => Promise<Answer>): Promise<Answer> =>
        machine.hop(userId, () => {
          if (world.scheduler.now() < downUntil || world.strikes('read_models_away', userId))
            throw away('no answer from the read models');
          return effect();
        });
      const { writer, decisions } = readModels;
      return {
        writer: {
          write: (rows) =>
            ask(firstUser(rows), () => {
              // An unordered bulk that breaks off has written some of its rows.
              raise = onDuplicate;
              if (rows.length === 0 || !world.strikes('read_models_away', firstUser(rows))) return writer.write(rows);
              writer.write(rows.filter(() => world.random.chance(0.5))).catch(() => undefined);
              throw away('the bulk broke off');
            }),
        },
        decisions: {
          findCommand: (userId, commandId) => ask(userId, () => decisions.findCommand(userId, commandId)),
          findPayment: (userId, paymentId) => ask(userId, () => decisions.findPayment(userId, paymentId)),
        },
        books: {
          findPayments: (wanted) => ask(null, () => books.findPayments(wanted)),
          findRefunds: (wanted) => ask(null, () => books.findRefunds(wanted)),
          listSucceeded: (wanted) => ask(null, () => books.listSucceeded(wanted)),
        },
      };
    },
    newerRowsOf: (machine) => ({
      usersSince: readModels.newerRows.usersSince,
      makeOld: (...named) => answer(machine, () => readModels.newerRows.makeOld(...named)),
      remove: (...named) => answer(machine, () => readModels.newerRows.remove(...named)),
    }),
    answer,
    replace: (before, after) => {
      const { userId } = after.subscriber;
      earlier.set(userId, before);
      documents.set(userId, after);
      // What was before is read no longer than a deposed primary believes that it is one.
      world.scheduler.after(minuteMs, () => {
        if (earlier.get(userId) === before) earlier.delete(userId);
      });
    },
    breakDown: (ms) => void (downUntil = Math.max(downUntil, world.scheduler.now() + ms)),
    slowDown: (ms) => void (slowUntil = world.scheduler.now() + ms),
    hang: (ms) => void (hangsUntil = world.scheduler.now() + ms),
    recover: () => void (downUntil = hangsUntil = slowUntil = 0),
    backUp: () => {
      const putBack = [backUpMaps([documents]), walks.backUp()];
      const putRowsBack = readModels.backUp();
      return (withReadModels) => {
        for (const put of putBack) put();
        if (withReadModels) putRowsBack();
        earlier.clear();
        for (const watcher of watchers) watcher.onRestore?.();
      };
    },
    watch: (watcher) => void watchers.push(watcher),
  };
}
