import { entitlementOf, sameEntitlement } from '../../src/domain/subscription/access.ts';
import { hourMs } from '../../src/domain/model/instant.ts';
import { testPolicy } from './policy.ts';
import { mayCharge } from '../../src/domain/model/subscription-questions.ts';
import type { TestSystem } from './test-system.ts';
import { readMessage } from './read-message.ts';

function fail(rule: string, detail: unknown): never {
  throw new Error(`invariant broken: ${rule}: ${JSON.stringify(detail)}`);
}

/** What the provider kept of each payment: captured minus refunded. */
function keptAtProvider(system: TestSystem): ReadonlyMap<string, number> {
  const kept = new Map<string, number>();
  for (const { object } of system.provider.entries()) {
    if (object.object === 'payment' && object.status === 'succeeded')
      kept.set(object.id, (kept.get(object.id) ?? 0) + object.amount.amountMinor);
    if (object.object === 'refund' && object.status !== 'canceled')
      kept.set(object.providerPaymentId, (kept.get(object.providerPaymentId) ?? 0) - object.amount.amountMinor);
  }
  return kept;
}

/** Rules that hold after every step, whatever fault struck (docs/domain.md, "Invariants"). */
export async function checkAlways(system: TestSystem, userId: string): Promise<void> {
  for (const [id, minor] of keptAtProvider(system))
    if (minor < 0) fail('17: refunds never exceed what was captured', { id, minor });
  for (const [key, sends] of Map.groupBy(system.provider.sends(), (send) => send.idempotenceKey)) {
    // A capture that certainly sent nothing goes on for as long as it takes.
    const counted = sends.filter(({ hasLeft, order }) => hasLeft || order.kind !== 'capture');
    const times = counted.map((send) => send.at);
    if (times.length > 0 && Math.max(...times) - Math.min(...times) >= 23 * hourMs)
      fail('5: a key is never sent 23 h after its first send', key);
    if (new Set(sends.map((send) => JSON.stringify(send.order))).size !== 1) fail('3: one key, one body', key);
  }
  const stored = await system.services.store.load(userId);
  if (stored === null) return;
  const { subscriber } = stored;
  const kept = subscriber.captures.filter((capture) => capture.refundedMinor < capture.capturedMinor);
  for (const [period, payments] of Map.groupBy(kept, (capture) => `${capture.subscriptionId} ${capture.periodKey}`)) {
    if (payments.length > 1) fail('1: at most one kept charge per period', period);
  }
  if (subscriber.watched.length > testPolicy.watchedMax)
    fail('2: what is watched is bounded', subscriber.watched.length);
  const { subscription, payment, commands } = subscriber;
  const shown = commands.find((entry) => entry.outcome?.kind === 'requires_action' && entry.paymentId !== payment?.id);
  if (shown !== undefined) fail('22: a page is an answer only while its payment is open', shown);
  if (subscription?.status === 'active' || subscription?.status === 'past_due') {
    const { periodIndex } = subscription.term;
    const periodKey = periodIndex === 0 ? 'initial' : `period:${periodIndex}`;
    const paid = kept.some((capture) => capture.subscriptionId === subscription.id && capture.periodKey === periodKey);
    if (!paid) fail('13: no access without payment', { subscription: subscription.id, periodKey });
  }
}

/** The facts of the log, in order of first appearance, have the numbers 1, 2, 3 … without a gap. */
function checkLog(system: TestSystem, userId: string, eventSeq: number): void {
  const seen = new Set<number>();
  for (const message of system.messages) {
    const carried = readMessage(message);
    if (carried.kind !== 'fact' || message.key !== userId || seen.has(carried.sequence)) continue;
    if (carried.sequence !== seen.size + 1) fail('14: facts in order, none missing', carried.sequence);
    seen.add(carried.sequence);
  }
  if (seen.size !== eventSeq) fail('14: every change is published', { published: seen.size, eventSeq });
}

/** Rules that hold once no fault has struck for long enough, so that everything has converged. */
export async function checkConverged(system: TestSystem, userId: string): Promise<void> {
  await checkAlways(system, userId);
  const stored = await system.services.store.load(userId);
  if (stored === null) return;
  const { subscriber, outbox } = stored;
  if (outbox.length > 0) fail('20: outbox is empty', outbox.length);
  checkLog(system, userId, subscriber.eventSeq);
  const access = entitlementOf(subscriber.subscription, system.clock.now(), testPolicy);
  if (subscriber.entitlement !== null && !sameEntitlement(access, subscriber.entitlement))
    fail('24: published access equals stored access', access);
  const open = subscriber.commands.filter((entry) => entry.outcome === null);
  if (open.length > 0) fail('22: every command has an outcome', open);
  // The document remembers the newest 24 captures; the read model remembers all.
  const known = new Set([
    ...subscriber.captures.map((capture) => capture.providerPaymentId),
    ...system
      .readModelRows()
      .flatMap((row) => (row.model === 'payments' && row.row.state === 'succeeded' ? [row.row.providerPaymentId] : [])),
  ]);
  for (const [id, minor] of keptAtProvider(system)) {
    if (minor > 0 && !known.has(id)) fail('13: no payment of the provider is unknown to us', id);
  }
  for (const capture of subscriber.captures) {
    const back = (keptAtProvider(system).get(capture.providerPaymentId) ?? 0) === 0;
    if (back !== (capture.refundedMinor === capture.capturedMinor))
      fail('17: the recorded refund equals the one at the provider', capture);
  }
  const { subscription } = subscriber;
  if (mayCharge(subscription) && subscription.held === null && subscriber.payment === null) {
    const over = subscription.term.periodEnd + 10 * 60_000 < system.clock.now();
    if (over && subscription.status === 'active') fail('20: no period is over and still waiting', subscription);
  }
}
