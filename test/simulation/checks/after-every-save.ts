import type { StoreDocument } from '../../fakes/store-document.ts';
import type { SubscriberSave } from '../../../src/application/ports/subscriber-store.ts';
import { minuteMs } from '../../../src/domain/model/instant.ts';
import type { Payment } from '../../../src/domain/model/payment.ts';
import { isOut } from '../../../src/domain/model/payment-states.ts';
import { defaultPolicy } from '../../../src/domain/model/policy.ts';
import type { Subscriber } from '../../../src/domain/model/subscriber.ts';
import type { LiveSubscription } from '../../../src/domain/model/subscription.ts';
import { grantsAccess } from '../../../src/domain/model/subscription-questions.ts';
import { type Entry, keptMinor, withoutStaff } from '../provider/provider-ledger.ts';
import type { ProviderServer } from '../provider/provider-server.ts';
import type { Saved } from './saved.ts';
import type { World } from '../world/world.ts';
import { checkComments, type GivenComment } from './comments.ts';
import { checkConsents, type GivenTerms } from './consents.ts';
import { checkNewRefunds } from './cabinet-refunds.ts';
import { checkBindings } from './bindings.ts';
import { checkPageLimit } from './page-limit.ts';
import { noteCancels } from './note-cancels.ts';
import { noteUncancels } from './note-uncancels.ts';
import { startAfter } from './calendar.ts';
import { checkMovedAnchor, notePublished } from './paid-days.ts';
import { checkStopped, noteRecorded } from './staff-refunds.ts';
import { checkPaidAhead, noteRenewing } from './paid-ahead.ts';
import { clearIn } from '../world/key-rings.ts';
import { accessOf, isSameAccess } from './own-access.ts';
import { noteTaken, numbersFrom, wasMadeBefore } from './go-back.ts';
import { checkHeldAccess } from './held.ts';
import { isBelieved, note, paymentsFor, type Witness } from './witness.ts';

const periodKeyOf = (index: number): string => (index === 0 ? 'initial' : `period:${index}`);
const liveOf = (state: Subscriber | null): LiveSubscription | null =>
  state !== null && grantsAccess(state.subscription) ? state.subscription : null;

/** 3, 4, 6, 8: which requests may be sent, and under which key. */
function checkOperations({ world, witness, userId, before, after }: Saved): void {
  const live = liveOf(after);
  for (const subject of [after.payment, ...after.watched, ...after.refunds]) {
    if (subject === null) continue;
    const key = subject.send.idempotenceKey;
    const known = note(witness, userId, subject);
    // What a restored document recalls was sent before, and is only read.
    const isRecalled = known.operation.forgotten > 0 && subject.send.readsOnly;
    const isSame = known.operation.request === clearIn(subject.send.request);
    if (!isSame && !isRecalled) world.breach('3: one key, one body', userId, key);
    const isReserved = !isRecalled && subject.send.sends > (known.before?.sends ?? 0);
    if (isReserved && witness.closedKeys.has(key))
      world.breach('6: a declined answer never reuses its key', userId, key);
    if (!isReserved || known.operation.kind !== 'charge') continue;
    if (live?.held != null) world.breach('8: no charge while held', userId, subject.id);
    if (live === null || live.cancelAtPeriodEnd) world.breach('8: no charge after a cancel', userId, subject.id);
  }
  const open = before?.payment ?? null;
  const isThere = [after.payment, ...after.watched].some((payment) => payment?.id === open?.id);
  if (open !== null && !isThere && !witness.terminal.has(open.id)) world.breach('4: unknown blocks', userId, open.id);
  if (after.payment !== null && after.subscription !== null && 'endedAt' in after.subscription)
    world.breach('4: what has ended leaves no payment open', userId, after.payment.id);
  // What a restored document takes needs no room of its own: one more is watched where that is abandoned.
  const isTaken = after.watched.some((payment) => wasMadeBefore(witness, payment));
  if (after.watched.length > defaultPolicy.watchedMax + (isTaken ? 1 : 0))
    world.breach('2: what is watched is bounded', userId, after.watched.length);
  if (after.payment?.watchedBecause != null || after.watched.some((payment) => payment.watchedBecause === null)) {
    world.breach('2: one open payment that would be honoured', userId, after.payment?.id ?? 'watched');
  }
}

/** What a page sells, and how. */
const termsOf = ({ kind, purchase, amount, paySystem, saveMethod, returnUrlHash }: Payment): string =>
  JSON.stringify([kind, purchase?.tariff.id, purchase?.tariff.version, amount, paySystem, saveMethod, returnUrlHash]);

/** 4: while the request of a purchase is out, the same purchase waits for it, whatever its age. */
function checkReplaced({ world, witness, userId, before, after }: Saved): void {
  const old = before?.payment ?? null;
  if (old === null || after.payment === null || !after.watched.some(({ id }) => id === old.id)) return;
  const mayStillBeSent = old.step === 'pay' && isOut(old) && !old.send.readsOnly;
  // A command of before a restore takes its own page, which may be paid.
  if (wasMadeBefore(witness, after.payment)) return;
  if (mayStillBeSent && termsOf(old) === termsOf(after.payment))
    world.breach('4: the same purchase waits for a request that is out', userId, old.id);
}

const terminalStates: readonly string[] = ['succeeded', 'failed', 'aborted'];

/** 7, 10: an end is final, and nothing disappears without an end. */
function checkEnds({ world, witness, userId, before, after, save }: Saved): void {
  for (const row of save.entry?.rows ?? []) {
    if (row.model === 'payments') {
      const known = witness.terminal.get(row.id);
      if (known !== undefined && known !== row.row.state)
        world.breach('7: terminal states do not move', userId, `${row.id}: ${known} → ${row.row.state}`);
      if (terminalStates.includes(row.row.state)) witness.terminal.set(row.id, row.row.state);
      if (row.row.state === 'failed' || row.row.state === 'aborted')
        witness.closedKeys.add(row.row.send.idempotenceKey);
    }
    if (row.model === 'audit' && row.row.action === 'payment.resolve') witness.byHand.add(row.row.subject.id);
    if (row.model === 'subscriptions') {
      const known = witness.ended.get(row.id);
      if (known !== undefined && known !== row.row.status)
        world.breach('7: terminal states do not move', userId, `${row.id}: ${known} → ${row.row.status}`);
      witness.pinnedMinor.set(row.id, row.row.tariff.price.amountMinor);
      if ('endedAt' in row.row) witness.ended.set(row.id, row.row.status);
    }
  }
  for (const payment of [after.payment, ...after.watched]) {
    if (payment !== null && witness.terminal.has(payment.id))
      world.breach('7: terminal states do not move', userId, payment.id);
  }
  const previous = before?.subscription ?? null;
  const isOver = previous === null || previous.id === after.subscription?.id || witness.ended.has(previous.id);
  if (!isOver) world.breach('10: one live subscription', userId, previous.id);
}

/** 4: aborted means surely not carried out, so the provider has nothing under the key, unless it denied it for days. */
function checkAborts({ world, entries, userId, save }: Saved): void {
  for (const row of save.entry?.rows ?? []) {
    if (row.model !== 'payments' || row.row.state !== 'aborted') continue;
    const { idempotenceKey } = row.row.send;
    for (const entry of entries.values()) {
      const isSeen = entry.key === idempotenceKey && entry.object === 'payment' && !entry.wasHidden;
      if (isSeen) world.breach('4: what the provider has is not aborted', userId, `${row.id} is ${entry.id}`);
    }
  }
}

/** 22: a page is the outcome only while its payment is open; a final outcome stays. */
function checkOutcomes({ world, userId, before, after }: Saved): void {
  const known = new Map(before?.commands.map(({ id, outcome }) => [id, outcome]));
  for (const { id, paymentId, bindingId, outcome } of after.commands) {
    const isOpen = bindingId === undefined ? paymentId === after.payment?.id : bindingId === after.binding?.id;
    if (outcome?.kind === 'requires_action' && !isOpen)
      world.breach('22: a page is an answer only while its payment or binding is open', userId, id);
    const earlier = known.get(id) ?? null;
    const isOver = earlier !== null && earlier.kind !== 'requires_action';
    if (isOver && JSON.stringify(outcome) !== JSON.stringify(earlier))
      world.breach('22: a command ends once', userId, { id, earlier, outcome });
  }
}

/** 12, 13: the current period was paid for, and access ends with it. */
function checkAccess({ world, witness, entries, userId, before, after, save }: Saved): void {
  const live = liveOf(after);
  const at = save.entry?.at;
  if (live === null) {
    if (after.entitlement?.active === true)
      world.breach('13: no access without a subscription', userId, after.subscription?.status);
    return;
  }
  const { term, tariff } = live;
  const from = term.periodIndex - term.anchorIndex;
  const tiles =
    term.periodStart === startAfter(term.anchor, from, tariff.period) &&
    term.periodEnd === startAfter(term.anchor, from + 1, tariff.period);
  if (!tiles) world.breach('12: periods tile within one anchor', userId, term);
  const earlier = liveOf(before);
  const isChained =
    earlier?.id === live.id &&
    term.anchor !== earlier.term.anchor &&
    term.anchor <= earlier.term.periodEnd &&
    term.periodIndex > earlier.term.periodIndex;
  if (isChained) world.breach('12: unbroken periods keep their anchor', userId, { term, before: earlier.term });
  if (earlier?.id === live.id && term.periodIndex > earlier.term.periodIndex)
    checkMovedAnchor(world, witness, userId, { before: earlier.term, term, length: tariff.period });
  const periodKey = periodKeyOf(term.periodIndex);
  witness.granted.add(`${live.id} ${periodKey}`);
  // Access stays where staff refund, unless they revoke it as well.
  // A restored document has forgotten some refunds, until their orders are read again.
  const isKnown = ({ key }: Entry): boolean => witness.operations.get(key)?.isForgotten !== true;
  const ours = withoutStaff(entries.values(), witness.byStaff).filter(
    (entry) => entry.object === 'payment' || isKnown(entry),
  );
  const paid = paymentsFor(witness, ours, live.id, periodKey).filter(
    (payment) => isBelieved(witness, payment) && keptMinor(payment, ours) + payment.paidBackMinor > 0,
  );
  if (paid.length === 0) world.breach('13: no access without payment', userId, `${live.id} ${periodKey}`);
  const had = before?.entitlement?.active === true ? before.entitlement.validUntil : null;
  const isOut = after.payment?.kind === 'charge' && had !== null && after.payment.createdAt < had;
  if (isOut && after.entitlement?.active !== true) {
    world.breach('4: unknown keeps access', userId, after.payment.id);
  }
  const until = after.entitlement?.validUntil ?? 0;
  const ordinary = Math.min(term.periodEnd + defaultPolicy.graceMs, startAfter(term.anchor, from + 2, tariff.period));
  const isExcused =
    after.payment?.kind === 'charge' || (live.status === 'active' && live.autoRenew && !live.cancelAtPeriodEnd);
  if (live.held === null && until > ordinary && !isExcused)
    world.breach('13: access ends with what was paid for, plus grace', userId, { until, ordinary });
  checkHeldAccess(world, live, earlier, { userId, until, ordinary });
  if (at !== undefined && !isSameAccess(after.entitlement ?? accessOf(null, at), accessOf(live, at)))
    world.breach('24: published access equals stored access', userId, after.entitlement);
}

/** 13: a paid period lasts to its end, unless the subscriber ended it or is refunded. */
function checkWithdrawal({ world, userId, before, after, save }: Saved): void {
  const had = liveOf(before);
  const isWithdrawn = before?.entitlement?.active === true && after.entitlement?.active !== true;
  if (had === null || !isWithdrawn || after.subscription?.status === 'canceled') return;
  const isGivenBack =
    save.entry?.messages.some(({ headers }) => headers['ce_type']?.includes('refund.requested')) === true;
  const paidUntil = had.term.periodEnd - world.swarm().skewMs - minuteMs;
  if (!isGivenBack && world.scheduler.now() < paidUntil)
    world.breach('13: access lasts as long as was paid for', userId, had.term);
}

/** 11, 13: an answer that contradicts the request sets a billing hold, which stops every charge. */
function checkHold({ world, userId, after, save }: Saved): void {
  const isWrong = save.entry?.messages.some(({ value }) => value?.['rule'] === 'provider_mismatch') === true;
  const live = liveOf(after);
  if (isWrong && live !== null && live.held === null)
    world.breach('11: an answer that contradicts the request sets a hold', userId, live.id);
}

/** 13: this service requested all money at this provider, so none of it may raise the alarm about foreign money. */
function checkForeign({ world, witness, userId, after, save }: Saved): void {
  for (const { schema, value } of save.entry?.messages ?? [])
    if (schema.startsWith('invariant-violated')) witness.named.add(String(value?.['subjectId']));
  const alarm = save.entry?.messages.find(({ value }) => value?.['rule'] === 'foreign_object');
  // What a restored document recalls, and no operation has taken, is named (docs/disaster.md).
  const isNamed = after.recalled.some(({ id }) => id === alarm?.value?.['subjectId']);
  if (alarm !== undefined && !isNamed) world.breach('13: money of ours is never foreign', userId, alarm.value);
}

/** 14: every change is published, in numbers without a gap. */
function checkFacts({ world, witness, userId, before, after, save }: Saved): void {
  const numbers = (save.entry?.messages ?? []).map(({ headers }) => Number(headers['ce_sequence']));
  const first = numbersFrom(world, witness, before, save) + 1;
  const isWhole =
    numbers.every((number, index) => number === first + index) && after.eventSeq === first + numbers.length - 1;
  if (!isWhole) world.breach('14: events are numbered without a gap', userId, { numbers, eventSeq: after.eventSeq });
  const published = new Set((save.entry?.messages ?? []).map(({ topic }) => topic.split('.')[1]));
  const changes =
    before?.subscription?.status !== after.subscription?.status || before?.subscription?.id !== after.subscription?.id;
  if (changes && !published.has('subscriptions'))
    world.breach('14: a change of state is an event', userId, after.subscription?.status);
  if (after.entitlement !== (before?.entitlement ?? null) && !published.has('entitlements')) {
    world.breach('14: a change of access is an event', userId, after.entitlement);
  }
}

/** Checks every save from outside: the document before and after it, and what the provider really did. */
export function checkSave(
  world: World,
  seen: {
    readonly witness: Witness;
    readonly entries: ReadonlyMap<string, Entry>;
    readonly bindings: ProviderServer['bindings'];
    readonly commands: ReadonlyMap<string, { readonly mode?: string } & GivenTerms & GivenComment>;
  },
  documents: { readonly before: StoreDocument | null; readonly after: StoreDocument },
  save: SubscriberSave,
): void {
  const after = documents.after.subscriber;
  const check = { world, ...seen, userId: after.userId, before: documents.before?.subscriber ?? null, after, save };
  notePublished(seen.witness, after.userId, world.scheduler.now(), save);
  noteRecorded(check);
  checkStopped(check);
  checkEnds(check);
  checkAborts(check);
  checkOutcomes(check);
  checkOperations(check);
  noteTaken(check);
  checkReplaced(check);
  checkAccess(check);
  checkWithdrawal(check);
  checkHold(check);
  checkForeign(check);
  checkNewRefunds(check);
  checkPaidAhead(check);
  noteRenewing(check);
  checkFacts(check);
  checkConsents(check, seen.commands);
  checkComments(check, seen.commands);
  noteUncancels(check);
  noteCancels(check, seen.commands);
  checkBindings(check);
  checkPageLimit(check);
}
