import type { Announce, StoredSubscriber, SubscriberSave } from '../../application/ports/subscriber-store.ts';
import type { Subscriber } from '../../domain/model/subscriber.ts';
import { type Due, type NextDue, timerId } from '../../domain/timers/index.ts';
import { entryFrom, type StoredEntry, storedEntry } from './outbox-document.ts';

/** A document of `subscribers`. Instants are epoch milliseconds, as in the domain; read models have dates, for people. */
export type SubscriberDocument = Omit<
  Subscriber,
  | 'userId'
  | 'captures'
  | 'externalRefunds'
  | 'differences'
  | 'binding'
  | 'pagesOpenedAt'
  | 'chargesStopped'
  | 'receipts'
  | 'receiptContact'
  | 'personalKey'
  | 'recalled'
> & {
  /** Absent from documents saved before these fields existed. */
  readonly externalRefunds?: Subscriber['externalRefunds'];
  readonly differences?: Subscriber['differences'];
  readonly binding?: Subscriber['binding'];
  readonly pagesOpenedAt?: Subscriber['pagesOpenedAt'];
  readonly chargesStopped?: Subscriber['chargesStopped'];
  readonly receipts?: Subscriber['receipts'];
  readonly receiptContact?: Subscriber['receiptContact'];
  readonly personalKey?: Subscriber['personalKey'];
  readonly recalled?: Subscriber['recalled'];
  readonly _id: string;
  /** Stored name of the captures. */
  readonly settled: Subscriber['captures'];
  readonly version: number;
  readonly lastSaveId: string;
  /** `key` identifies the announcement: a claim holds for it only. `claimId` shows a claimer that it won. */
  readonly announce: Announce & { readonly key: string; readonly claimId?: string };
  readonly outbox: readonly StoredEntry[];
};

const dueKey = (due: Due | null): string => (due === null ? '' : `${due.at}@${timerId(due.timer)}`);
export const announceKey = ({ business, real }: NextDue): string => `${dueKey(business)}|${dueKey(real)}`;

export function subscriberFrom(document: Omit<SubscriberDocument, 'outbox' | 'announce'>): Subscriber {
  return {
    userId: document._id,
    eventSeq: document.eventSeq,
    entitlementSeq: document.entitlementSeq,
    testClockId: document.testClockId,
    subscription: document.subscription,
    payment: document.payment,
    watched: document.watched,
    refunds: document.refunds,
    captures: document.settled,
    externalRefunds: document.externalRefunds ?? [],
    methods: document.methods,
    binding: document.binding ?? null,
    pagesOpenedAt: document.pagesOpenedAt ?? [],
    chargesStopped: document.chargesStopped ?? null,
    receipts: document.receipts ?? [],
    receiptContact: document.receiptContact ?? null,
    personalKey: document.personalKey ?? null,
    commands: document.commands,
    recalled: document.recalled ?? [],
    differences: document.differences ?? [],
    entitlement: document.entitlement,
  };
}

export const announceFrom = ({ business, real, notBefore, tries }: SubscriberDocument['announce']): Announce => ({
  business,
  real,
  notBefore,
  tries,
});

export const storedFrom = (document: SubscriberDocument): StoredSubscriber => ({
  subscriber: subscriberFrom(document),
  version: document.version,
  announce: announceFrom(document.announce),
  outbox: document.outbox.map(entryFrom),
});

/** The fields that a save sets independently of the stored document. The claim and the outbox depend on it. */
function fieldsOf(save: SubscriberSave) {
  const { userId, captures, ...fields } = save.subscriber;
  return {
    userId,
    fields: { ...fields, settled: captures, version: save.expectedVersion + 1, lastSaveId: save.saveId },
  };
}

export function firstDocument(save: SubscriberSave): SubscriberDocument {
  const { userId, fields } = fieldsOf(save);
  const { business, real } = save.announce;
  return {
    _id: userId,
    ...fields,
    announce: { key: announceKey(save.announce), business, real, notBefore: null, tries: 0 },
    outbox: save.entry === null ? [] : [storedEntry(save.entry)],
  };
}

/**
 * The update is a pipeline, because it reads the stored claim in the same atomic step. The claim stays while the same timer
 * is next, or the jobs would announce that in a hot loop. Another timer resets the claim.
 */
export function updatePipeline(save: SubscriberSave) {
  const key = announceKey(save.announce);
  const { business, real } = save.announce;
  const kept = (field: string, fresh: number | string | null) => ({
    $cond: [{ $eq: ['$announce.key', { $literal: key }] }, `$announce.${field}`, fresh],
  });
  const literals = Object.entries(fieldsOf(save).fields).map(([name, value]) => [name, { $literal: value }]);
  const announce = {
    key: { $literal: key },
    business: { $literal: business },
    real: { $literal: real },
    notBefore: kept('notBefore', null),
    tries: kept('tries', 0),
    claimId: kept('claimId', '$$REMOVE'),
  };
  const outbox =
    save.entry === null ? {} : { outbox: { $concatArrays: ['$outbox', { $literal: [storedEntry(save.entry)] }] } };
  const saved = { $mergeObjects: ['$$ROOT', { ...Object.fromEntries(literals), announce }, outbox] };
  // As an upsert this must never insert: without a document `$outbox` is missing, and its `$size` is an error.
  return [{ $replaceWith: { $cond: [{ $gte: [{ $size: '$outbox' }, 0] }, saved, null] } }];
}
