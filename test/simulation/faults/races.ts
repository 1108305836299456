import { dayMs, hourMs, minuteMs, secondMs } from '../../../src/domain/model/instant.ts';
import type { CapturedPayment, Payment } from '../../../src/domain/model/payment.ts';
import { isOut } from '../../../src/domain/model/payment-states.ts';
import type { Subscriber } from '../../../src/domain/model/subscriber.ts';
import type { LiveSubscription } from '../../../src/domain/model/subscription.ts';
import { grantsAccess } from '../../../src/domain/model/subscription-questions.ts';
import type { CommandInput } from '../../../src/domain/commands/index.ts';
import type { Random } from '../world/random.ts';

/** A document before and after one save. */
type Step = { readonly before: Subscriber | null; readonly after: Subscriber; readonly now: number };

/** A command but for its user. */
type Order = CommandInput extends infer One ? (One extends unknown ? Omit<One, 'userId'> : never) : never;

/** What a race can set going, each at a delay from now. */
export type Hands = {
  readonly random: Random;
  /** When the VAT rate changes; null in lives without receipts. */
  readonly vatChangesAt: number | null;
  readonly order: (inMs: number, input: Order) => void;
  /** The receipt of each refund of the payment fails. */
  readonly failRefundReceipts: (providerPaymentId: string) => void;
  /** A person refunds the payment in the provider's cabinet. */
  readonly refundInCabinet: (inMs: number, providerPaymentId: string) => void;
  /** No timer is handled meanwhile, so no notice is given. */
  readonly stallTimers: (inMs: number, forMs: number) => void;
  /** A newer version of the API runs; the workers that know what it writes come so much later. */
  readonly rollOut: (inMs: number, workersAfterMs: number) => void;
};

export type Race = {
  readonly name: string;
  /** Looks at a save, and sets the race going where it can begin. */
  readonly begin: (step: Step, hands: Hands) => void;
};

const liveOf = (state: Subscriber | null): LiveSubscription | null =>
  state !== null && grantsAccess(state.subscription) ? state.subscription : null;

const chargeOf = (state: Subscriber | null): Payment | null =>
  state?.payment?.kind === 'charge' && isOut(state.payment) ? state.payment : null;

/** The charge whose request was reserved by this save. */
function reservedIn({ before, after }: Step): Payment | null {
  const charge = chargeOf(after);
  const known = before?.payment?.id === charge?.id ? (before?.payment?.send.sends ?? 0) : 0;
  return charge !== null && charge.send.sends > known ? charge : null;
}

/** The payment that was captured by this save. */
const capturedIn = ({ before, after }: Step): CapturedPayment | null =>
  after.captures.find(({ paymentId }) => before?.captures.every((one) => one.paymentId !== paymentId) ?? true) ?? null;

const staffRefund = (paymentId: string) =>
  ({
    ...({ type: 'payment.refund', paymentId, amountMinor: null, revokeAccess: false } as const),
    ...({ cause: 'complaint', reason: 'asked for it' } as const),
  }) as const;

const leave = { mode: 'period_end', refund: 'none', reason: null } as const;

/** The races that are set going on purpose, because chance alone would rarely draw them. One life has one of these at most. */
export const races: readonly [Race, ...Race[]] = [
  {
    name: 'an unlink while a charge is out, and the card bound anew',
    begin: (step, { random, order }) => {
      const charge = reservedIn(step);
      if (charge?.methodId == null) return;
      const inMs = random.spread(1, minuteMs);
      order(inMs, { type: 'payment_method.unlink', methodId: charge.methodId });
      const againInMs = inMs + random.spread(minuteMs, dayMs);
      if (random.chance(0.5)) {
        // Of the same kind: a subscriber has two cards, so that every second one is the unlinked one.
        const methodType = step.after.methods.find(({ id }) => id === charge.methodId)?.type ?? 'bank_card';
        order(againInMs, { type: 'payment_method.bind', methodType, returnUrl: null });
        return;
      }
      const { paySystem, tariff } = step.after.subscription ?? { paySystem: '', tariff: { id: '' } };
      const again = { tariffId: tariff.id, paySystem, renew: true, returnUrl: null, testClockId: null };
      order(againInMs, { type: 'subscription.pay', ...again });
    },
  },
  {
    name: 'an uncancel in the last hour',
    begin: ({ before, after, now }, { random, order }) => {
      const live = liveOf(after);
      if (live?.status !== 'active' || !live.cancelAtPeriodEnd || liveOf(before)?.cancelAtPeriodEnd === true) return;
      const inMs = live.term.periodEnd - random.spread(minuteMs, hourMs) - now;
      if (inMs > 0) order(inMs, { type: 'subscription.uncancel' });
    },
  },
  {
    name: 'a refund by staff and one of the cabinet at once',
    begin: (step, { random, order, refundInCabinet }) => {
      const captured = capturedIn(step);
      if (captured === null) return;
      const inMs = random.spread(minuteMs, 10 * dayMs);
      order(inMs, staffRefund(captured.paymentId));
      refundInCabinet(inMs + random.spread(1, minuteMs), captured.providerPaymentId);
    },
  },
  {
    name: 'a prorated refund and a chargeback at once',
    begin: (step, { random, order }) => {
      const captured = capturedIn(step);
      if (captured === null) return;
      const inMs = random.spread(minuteMs, 10 * dayMs);
      order(inMs, { type: 'subscription.cancel', mode: 'immediate', refund: 'prorated', reason: null });
      order(inMs + random.spread(1, minuteMs), {
        ...{ type: 'payment.record_chargeback', paymentId: captured.paymentId, amountMinor: captured.capturedMinor },
        ...{ date: '2026-11-20', won: null, reason: 'a letter of the bank' },
      });
    },
  },
  {
    name: 'a refund after the VAT rate has changed',
    begin: (step, { random, order, vatChangesAt }) => {
      const captured = capturedIn(step);
      if (captured === null || vatChangesAt === null || step.now > vatChangesAt) return;
      order(vatChangesAt - step.now + random.spread(secondMs, 5 * dayMs), staffRefund(captured.paymentId));
    },
  },
  {
    name: 'no notice for days before a renewal',
    begin: (step, { random, stallTimers }) => {
      const live = liveOf(step.after);
      if (capturedIn(step) === null || live === null) return;
      const before = live.term.periodEnd - step.now - 3 * dayMs - random.spread(minuteMs, hourMs);
      if (before > 0) stallTimers(before, random.integer(30, 80) * hourMs);
    },
  },
  {
    name: 'a cancel while the API is newer than the workers',
    begin: (step, { random, order, rollOut }) => {
      const live = liveOf(step.after);
      if (capturedIn(step) === null || live === null) return;
      const inMs = live.term.periodEnd - step.now - random.spread(minuteMs, dayMs / 2);
      if (inMs < 0) return;
      rollOut(inMs, random.spread(hourMs, 2 * dayMs));
      order(inMs + random.spread(minuteMs, hourMs), { type: 'subscription.cancel', ...leave });
      order(inMs + random.spread(hourMs, dayMs), { type: 'subscription.uncancel' });
    },
  },
  {
    name: 'orders in a loop',
    begin: ({ before, after }, { random, order, rollOut }) => {
      if (before !== null) return;
      if (random.chance(0.5)) rollOut(random.spread(minuteMs, hourMs), random.spread(hourMs, dayMs));
      const { tariff, paySystem } = after.subscription ?? { tariff: { id: 'tariff-day' }, paySystem: 'yookassa' };
      const buy = { tariffId: tariff.id, paySystem, renew: true, returnUrl: null, testClockId: null };
      const lastsMs = random.spread(minuteMs, dayMs);
      for (let left = random.pick([30, 100, 1_000]); left > 0; left -= 1) {
        const inMs = random.between(0, lastsMs);
        if (random.chance(0.7)) order(inMs, { type: 'subscription.pay', ...buy });
        else order(inMs, { type: 'subscription.cancel', ...leave });
      }
    },
  },
];

/** The same, for lives in which receipts are made. One life has one of these at most, beside one of the others. */
export const receiptRaces: readonly [Race, ...Race[]] = [
  {
    name: 'a refund that succeeds, and its receipt fails',
    begin: (step, { random, order, failRefundReceipts }) => {
      const captured = capturedIn(step);
      if (captured === null) return;
      failRefundReceipts(captured.providerPaymentId);
      // The whole repeats the receipt of the payment, and a part has one of its own.
      const amountMinor = random.chance(0.5) ? null : Math.ceil(captured.capturedMinor / 2);
      const inMs = random.spread(minuteMs, 10 * dayMs);
      order(inMs, { ...staffRefund(captured.paymentId), amountMinor });
    },
  },
  {
    name: 'a receipt contact that is taken back before a renewal',
    begin: (step, { random, order }) => {
      const live = liveOf(step.after);
      if (capturedIn(step) === null || live?.status !== 'active' || !random.chance(0.5)) return;
      const leftMs = live.term.periodEnd - step.now;
      if (leftMs > minuteMs) order(random.between(0, leftMs), { type: 'receipt_contact.clear' });
    },
  },
];
