import { backUpMaps } from '../../fakes/back-up.ts';
import type { Payment } from '../../../src/domain/model/payment.ts';
import type { Subscriber } from '../../../src/domain/model/subscriber.ts';
import { type Entry, keptMinor } from '../provider/provider-ledger.ts';
import type { Outside } from './outside.ts';
import type { Saved } from './saved.ts';
import type { Database } from '../world/database.ts';
import type { ProviderServer } from '../provider/provider-server.ts';
import type { SubscriberSave } from '../../../src/application/ports/subscriber-store.ts';
import type { World } from '../world/world.ts';
import type { Witness } from './witness.ts';

/**
 * The database goes back to now, later. Requests, what they did, and what readers have seen stay known. What only the
 * documents have said is forgotten with them, and has to be said again.
 */
export function backUpWitness(
  world: World,
  witness: Witness,
  { documents, readModels }: Pick<Database, 'documents' | 'readModels'>,
  { entries }: Pick<ProviderServer, 'entries'>,
): () => void {
  const { terminal, ended, granted, chargedBack, uncancels, adopted, notices, promised, pagesOpened, endedAt } =
    witness;
  const putBack = backUpMaps(
    [terminal, ended, uncancels, adopted, notices, promised, pagesOpened, endedAt] as Map<unknown, unknown>[],
    [granted, chargedBack] as Set<unknown>[],
  );
  const cancels = witness.cancels.map((one) => ({ ...one }));
  const [paid, unlinked] = [witness.paidPeriods.length, witness.unlinks.length];
  const sends = new Map([...witness.operations].map(([key, one]) => [key, one.sends]));
  const recorded = new Map(
    [...entries].flatMap(([id, one]) =>
      one.object === 'payment' ? [[id, [one.chargedBackMinor, one.paidBackMinor]] as const] : [],
    ),
  );
  const numbers = new Map([...documents].map(([userId, { subscriber }]) => [userId, subscriber.eventSeq]));
  return () => {
    for (const row of readModels.rows())
      if (row.model === 'commands' && row.row.outcome?.kind === 'completed') witness.done.add(row.id);
    const [ends, given] = [new Map(witness.endedAt), new Map(witness.notices)];
    putBack();
    witness.wentBackAt = world.scheduler.now();
    for (const [id, notice] of given) if (!witness.notices.has(id)) witness.forgottenNotices.set(id, notice);
    for (const [id, at] of ends) if (!witness.endedAt.has(id)) witness.forgottenEnds.set(id, at);
    for (const { commandId, undoneAt: at, undoneBy } of witness.cancels)
      if (at !== null) witness.forgottenUncancels.set(commandId, { at, by: undoneBy });
    witness.cancels.splice(0, Infinity, ...cancels);
    witness.paidPeriods.splice(paid);
    for (const { commandId, at } of witness.unlinks.splice(unlinked))
      if (commandId !== null) witness.forgottenUnlinks.set(commandId, at);
    const made = new Set([...entries.values()].map(({ key }) => key));
    for (const [key, operation] of witness.operations) {
      operation.isForgotten = !sends.has(key);
      operation.forgotten = operation.sends - (sends.get(key) ?? 0);
      if (made.has(key)) continue;
      // The provider has nothing of it: it may be sent again, and where the document has forgotten it, for the first time.
      witness.closedKeys.delete(key);
      if (operation.isForgotten) witness.operations.delete(key);
    }
    // What staff have recorded is recorded again, when their order is read again.
    for (const [id, entry] of entries) {
      if (entry.object !== 'payment') continue;
      const [chargedBackMinor = 0, paidBackMinor = 0] = recorded.get(id) ?? [];
      Object.assign(entry, { chargedBackMinor, paidBackMinor });
    }
    const users = new Set([...numbers.keys(), ...witness.published.keys()]);
    for (const userId of users) witness.epochs.set(userId, { restoredSeq: numbers.get(userId) ?? 0, base: null });
  };
}

/** The number below the first event of this save. 14: since a restore, it is one that no reader has seen. */
export function numbersFrom(
  world: World,
  { epochs, published, wentBackAt }: Witness,
  before: Subscriber | null,
  { subscriber: { userId, eventSeq }, entry }: Pick<SubscriberSave, 'subscriber' | 'entry'>,
): number {
  // A user who came since begins with the numbers of the epoch as well.
  if (wentBackAt !== null && !epochs.has(userId)) epochs.set(userId, { restoredSeq: 0, base: null });
  const epoch = epochs.get(userId);
  if (epoch?.base !== null) return before?.eventSeq ?? 0;
  epoch.base = eventSeq - (entry?.messages ?? []).length;
  const seen = Math.max(0, ...(published.get(userId) ?? []));
  if (epoch.base < seen) world.breach('14: no reader is deaf after a restore', userId, { base: epoch.base, seen });
  return epoch.base;
}

/** How many numbers readers must know of a document, and which of those that they have seen count. */
export function countedNumbers({ epochs, published }: Witness, { userId, eventSeq }: Subscriber) {
  const seen = [...(published.get(userId) ?? [])];
  const epoch = epochs.get(userId);
  if (epoch === undefined) return { published: seen.length, eventSeq };
  const { restoredSeq, base } = epoch;
  return {
    published: seen.filter((number) => number <= restoredSeq || (base !== null && number > base)).length,
    eventSeq: base === null ? eventSeq : restoredSeq + eventSeq - base,
  };
}

/** Attempts of a refund that a restore has recalled go on under other keys: that under which one was made is forgotten no more. */
export function noteTaken({ witness, entries, after }: Pick<Saved, 'witness' | 'entries' | 'after'>): void {
  for (const { providerRefundId, earlierRefundIds, reason } of after.refunds) {
    for (const id of [providerRefundId, ...earlierRefundIds]) {
      const key = entries.get(id ?? '')?.key ?? '';
      const operation = witness.operations.get(key);
      if (operation === undefined) continue;
      operation.isForgotten = false;
      if (reason === 'staff') witness.byStaff.add(key);
    }
  }
}

/**
 * Whether the payment was sent before a restore that the document has forgotten: what opens it takes it. It may be about to be
 * captured by then, under another key.
 */
export const wasMadeBefore = ({ operations }: Witness, { id, kind, providerPaymentId }: Payment): boolean =>
  providerPaymentId !== null &&
  [...operations.values()].some((one) => one.kind === kind && one.paymentId === id && one.forgotten > 0);

/**
 * Money that a restored document recalls and that no operation has taken is for a person, who learns of it
 * (docs/disaster.md): the reconciliation publishes it, where the books are compared and some of it has not gone back.
 */
export function isNamed({ world, witness, database, entries }: Outside, entry: Entry): boolean {
  const { id, metadata } = entry;
  const { recalled = [] } = database.documents.get(metadata['user_id'] ?? '')?.subscriber ?? {};
  const wentBack = entry.object === 'payment' && keptMinor(entry, entries.values()) <= 0;
  // One that the read models have was decided on before.
  const isKnown = database.readModels
    .rows()
    .some((row) => row.model === 'payments' && row.row.providerPaymentId === id);
  if (isKnown) return false;
  return recalled.some((one) => one.id === id) && (witness.named.has(id) || wentBack || !world.comparesBooks);
}
