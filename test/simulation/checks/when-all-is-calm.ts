import type { StoreDocument } from '../../fakes/store-document.ts';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import type { Subscriber } from '../../../src/domain/model/subscriber.ts';
import { defaultPolicy } from '../../../src/domain/model/policy.ts';
import { mayBeHeld } from '../../../src/domain/model/subscription-questions.ts';
import { topicNames } from '../../../src/messages/topics.ts';
import type { World } from '../world/world.ts';
import { checkBindingEnds } from './bindings.ts';
import { chargedFrom } from './charging-hours.ts';
import { startAfter } from './calendar.ts';
import { type Entry, keptMinor } from '../provider/provider-ledger.ts';
import { checkCabinetRefunds } from './cabinet-refunds.ts';
import { checkReadModels } from './read-models.ts';
import { checkReceipts } from './receipts.ts';
import type { Outside } from './outside.ts';
import { countedNumbers, isNamed } from './go-back.ts';
import { checkGivenBack } from './leaving.ts';
import { leftToStaff } from './left-to-staff.ts';
import { checkErrorLines } from './error-lines.ts';
import { accessOf, isSameAccess } from './own-access.ts';
import { checkPaidDays } from './paid-days.ts';
import { checkRefused } from './refused.ts';
import { checkUnlinkedMoney } from './unlinked.ts';
import type { HandledCancel, Operation } from './witness.ts';

type Payment = Extract<Entry, { object: 'payment' }>;

/** By the promise, not by the policy that is under test. */
const holdMsMax = 30 * dayMs;

/** 1, 11, 13: the provider's payments against the granted periods. */
function checkMoney(outside: Outside): void {
  const { world, witness, entries } = outside;
  const payments = [...entries.values()].filter((entry): entry is Payment => entry.object === 'payment');
  // What the provider shows with another amount waits for a person, and buys nothing until then.
  const kept = payments.filter(
    (payment) => payment.wrongMinor === null && keptMinor(payment, entries.values()) > 0 && !isNamed(outside, payment),
  );
  for (const [period, paid] of Map.groupBy(kept, ({ key }) => {
    const { subscriptionId, periodKey } = witness.operations.get(key) ?? {
      subscriptionId: 'unknown',
      periodKey: 'unknown',
    };
    return `${subscriptionId} ${periodKey}`;
  })) {
    const [first] = paid;
    const userId = first?.metadata['user_id'] ?? null;
    if (paid.length > 1) world.breach('1: at most one kept charge per period', userId, period);
    if (!witness.granted.has(period)) world.breach('13: paid means access or money back', userId, period);
  }
  for (const payment of payments) {
    const operation = witness.operations.get(payment.key);
    const pinned = witness.pinnedMinor.get(operation?.subscriptionId ?? '');
    if (pinned !== undefined && pinned !== payment.amountMinor)
      world.breach('11: charged is the pinned price', operation?.userId ?? null, payment.id);
  }
}

/** Whether the charge came before a restore, and after what had taken the cancel back: that is decided again, or named. */
function wasTakenBack({ witness }: Outside, { commandId, undoneAt }: HandledCancel, charge: Operation): boolean {
  const { at = Infinity, by } = witness.forgottenUncancels.get(commandId) ?? {};
  const isAgain = undoneAt !== null || (by !== undefined && witness.named.has(by));
  return isAgain && charge.forgotten > 0 && (charge.reservedAt ?? 0) > at;
}

/** 8: a charge reserved after the API accepted a cancel, and before one that took it back, was refunded. */
function checkCancels(outside: Outside): void {
  const { world, witness, entries, log, overflowed } = outside;
  const lost = leftToStaff({ log, overflowed });
  for (const cancel of witness.cancels) {
    const { commandId, subscriptionId, acceptedAt, undoneAt } = cancel;
    // After weeks the document has forgotten the charges that it would take back.
    if (lost.has(commandId)) continue;
    for (const entry of entries.values()) {
      if (entry.object !== 'payment' || entry.wrongMinor !== null) continue;
      const operation = witness.operations.get(entry.key);
      const isLater =
        operation?.kind === 'charge' &&
        operation.subscriptionId === subscriptionId &&
        (operation.reservedAt ?? 0) > acceptedAt &&
        (operation.reservedAt ?? 0) < (undoneAt ?? Infinity) &&
        !wasTakenBack(outside, cancel, operation);
      if (isLater && keptMinor(entry, entries.values()) > 0 && !isNamed(outside, entry))
        world.breach('8: charged after an accepted cancel and kept', operation.userId, entry.id);
    }
  }
}

/** 16: no card is charged more often than the caps allow. The tolerance covers clock skew. */
function checkCaps({ world, entries }: Outside): void {
  const charges = [...entries.values()].filter(
    (entry): entry is Payment => entry.object === 'payment' && !entry.isPage,
  );
  for (const attempts of Map.groupBy(charges, ({ methodId, amountMinor }) => `${methodId} ${amountMinor}`).values()) {
    for (const { windowMs, attemptsMax } of defaultPolicy.attemptCaps) {
      const failed = attempts.filter(({ status }) => status === 'canceled');
      failed.forEach(({ createdAt, metadata }, index) => {
        const last = failed[index + attemptsMax];
        if (last !== undefined && last.createdAt - createdAt < windowMs - 2 * hourMs)
          world.breach('16: attempts per card and amount', metadata['user_id'] ?? null, last.id);
      });
    }
  }
}

/** 14, 24: another service that has read the log knows what the document knows. */
function checkLog({ world, witness, database, log }: Outside): void {
  const now = world.scheduler.now();
  const records = log.partitionsOf(topicNames.entitlements).flat();
  for (const { subscriber } of database.documents.values()) {
    const { userId } = subscriber;
    const { published, eventSeq } = countedNumbers(witness, subscriber);
    if (published !== eventSeq) world.breach('14: every change is published', userId, { published, eventSeq });
    const ours = records.filter(({ key }) => key === userId);
    const last = ours.reduce(
      (newest, record) =>
        Number(record.headers['ce_sequence']) >= Number(newest?.headers['ce_sequence'] ?? 0) ? record : newest,
      ours[0],
    );
    const access = accessOf(subscriber.subscription, now);
    const publishedUntil =
      typeof last?.value?.['validUntil'] === 'string' ? Date.parse(last.value['validUntil']) : null;
    const { headers, value } = ours.at(-1) ?? {};
    const isLast =
      headers === undefined
        ? !access.active
        : Number(headers['ce_sequence']) === subscriber.entitlementSeq &&
          (value?.['active'] ?? false) === access.active;
    if (!isLast)
      world.breach('24: compaction keeps the true access', userId, {
        last: value,
        sequence: headers?.['ce_sequence'],
        access,
      });
    const agrees = (last?.value?.['active'] ?? false) === access.active && publishedUntil === access.validUntil;
    if (!agrees)
      world.breach('24: the newest published access is the true one', userId, { published: last?.value, access });
    if (subscriber.entitlement !== null && !isSameAccess(subscriber.entitlement, access))
      world.breach('24: published access equals stored access', userId, access);
  }
}

/** 20: nothing is late, and nothing waits for ever. */
function checkRest({ world, lag, entries }: Outside, document: StoreDocument): void {
  const { subscriber, announce, outbox } = document;
  const { userId, subscription, payment } = subscriber;
  const now = world.scheduler.now();
  checkBindingEnds(world, subscriber);
  if (outbox.some(({ at }) => at < now - minuteMs))
    world.breach('20: no outbox entry older than a minute', userId, outbox.length);
  if (lag > 0) world.breach('20: every message is handled', userId, lag);
  const due = Math.min(announce.business?.at ?? Infinity, announce.real?.at ?? Infinity);
  if (due < now - 10 * minuteMs) world.breach('20: no due timer older than five minutes', userId, announce);
  const hold = mayBeHeld(subscription) ? subscription.held : null;
  const isHeld = hold !== null;
  const isPaid = mayBeHeld(subscription) && now < subscription.term.periodEnd + defaultPolicy.graceMs + 10 * minuteMs;
  if (isHeld && hold.since < now - holdMsMax - 10 * minuteMs && !isPaid)
    world.breach('20: every hold comes to an end', userId, hold);
  for (const one of [payment, ...subscriber.watched]) {
    if (one === null || isHeld || one.createdRealAt > now - hourMs - 30 * minuteMs) continue;
    const entry = entries.get(one.providerPaymentId ?? '');
    // A mismatch waits for a person, and an authorization for the subscriber's bank.
    const waits = entry?.object === 'payment' && (entry.wrongMinor !== null || entry.status === 'waiting_for_capture');
    if (!waits)
      world.breach(
        '20: every payment comes to an end',
        userId,
        `${one.id} is ${one.state} since ${new Date(one.createdRealAt).toISOString()}`,
      );
  }
  const stuckRefunds = subscriber.refunds.filter(({ createdRealAt, send, state, retryAt }) => {
    // One that was unknown as long as its key lives may be known to have failed a day later, and is asked for again within a day.
    const patienceMs = (state === 'failed' && (retryAt ?? 0) > now ? 73 : 25) * hourMs;
    return createdRealAt < now - patienceMs && !send.readsOnly && !(state === 'failed' && retryAt === null);
  });
  if (stuckRefunds.length > 0)
    world.breach(
      '20: every refund comes to an end',
      userId,
      stuckRefunds.map(({ id, state }) => `${id} ${state}`),
    );
  // A day more, because jobs and clocks are late.
  const unreported = subscriber.refunds.filter(
    ({ firstRequestedAt, alarmedAt }) => alarmedAt === undefined && firstRequestedAt < now - 3 * dayMs,
  );
  if (unreported.length > 0)
    world.breach(
      '20: a late refund is reported',
      userId,
      unreported.map(({ id, state }) => `${id} ${state}`),
    );
  // A charge waits a day after its notice, and for the charging hours.
  const isOver =
    subscription?.status === 'active' &&
    subscription.held === null &&
    chargedFrom(world, Math.max(subscription.term.periodEnd, (subscription.notices?.at(-1)?.at ?? 0) + dayMs)) +
      10 * minuteMs <
      now;
  if (isOver && payment === null && !waitsForContact(world, subscriber, now))
    world.breach('20: no period is over and still waiting', userId, subscription.term);
}

/** Without a receipt contact a charge waits: a week, or one more period. */
function waitsForContact({ receipts }: World, { subscription, receiptContact }: Subscriber, now: number): boolean {
  if (receipts === null || receiptContact !== null || subscription?.status !== 'active') return false;
  const { term, tariff } = subscription;
  return now < Math.max(term.periodEnd + 7 * dayMs, startAfter(term.periodEnd, 1, tariff.period)) + 10 * minuteMs;
}

/** 22: every accepted command has an outcome, in the document or in the read model. */
function checkCommands({ world, witness, database, log, acknowledged, overflowed }: Outside): void {
  const lost = leftToStaff({ log, overflowed });
  const rows = new Map(
    database.readModels.rows().flatMap((row) => (row.model === 'commands' ? [[row.id, row.row] as const] : [])),
  );
  const now = world.scheduler.now();
  for (const { userId, commandId, acceptedAt } of acknowledged) {
    if (lost.has(commandId)) continue;
    const entry =
      database.documents.get(userId)?.subscriber.commands.find(({ id }) => id === commandId) ?? rows.get(commandId);
    if (entry?.outcome == null && acceptedAt < now - dayMs)
      world.breach('22: every acknowledged command has an outcome', userId, { commandId, known: entry !== undefined });
    const isUndone = witness.done.has(commandId) && entry?.outcome?.kind === 'rejected';
    if (isUndone && !witness.named.has(commandId))
      world.breach('22: a command that a restore has undone is named', userId, entry);
  }
}

/** Rules that hold at the end of the calm: everything has converged, and money and access agree. */
export function checkCalm(outside: Outside): void {
  checkMoney(outside);
  checkPaidDays(outside);
  checkGivenBack(outside);
  checkCancels(outside);
  checkUnlinkedMoney(outside);
  checkCaps(outside);
  checkLog(outside);
  checkCommands(outside);
  checkRefused(outside);
  checkReceipts(outside);
  checkReadModels(outside);
  checkErrorLines(outside);
  checkCabinetRefunds(outside);
  for (const document of outside.database.documents.values()) checkRest(outside, document);
}
