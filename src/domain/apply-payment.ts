import { holdOnMismatch, type Mismatch, mismatchOf } from './check-object.ts';
import type { Context } from './context.ts';
import { classifyDecline } from './decline-table.ts';
import { type Draft, record, resolveWaiting } from './draft.ts';
import type { Via } from './events.ts';
import type { Target } from './find-target.ts';
import { dayMs } from './instant.ts';
import type { Payment } from './payment.ts';
import { planPolls } from './polls.ts';
import type { ProviderPayment } from './provider.ts';
import { newSendRecord } from './send-record.ts';
import { settleFailure } from './settle-failure.ts';
import { giveBack, settleSuccess } from './settle-success.ts';

type Seen = { readonly object: ProviderPayment; readonly via: Via };

const polled = (payment: Payment, context: Context): Payment => ({
  ...payment,
  send: planPolls(payment.send, { at: payment.createdAt, realAt: payment.createdRealAt }, context),
});

/** The provider waits: for the subscriber on its page, or by itself. */
function stillPending(draft: Draft, { payment, place }: Target, seen: Seen, context: Context): Draft {
  const url = seen.object.confirmationUrl;
  const known = polled({ ...payment, providerPaymentId: seen.object.id }, context);
  if (url === null || payment.kind !== 'checkout') {
    return record(draft, { type: 'payment.tracked', payment: { ...known, state: 'pending' }, place });
  }
  const waiting: Payment = { ...known, state: 'requires_action', confirmationUrl: url };
  if (payment.state === 'requires_action' || place === 'watched')
    return record(draft, { type: 'payment.tracked', payment: waiting, place });
  const opened = record(draft, { type: 'payment.requires_action', payment: waiting, place, redirectUrl: url });
  return resolveWaiting(opened, payment.id, {
    kind: 'requires_action',
    redirectUrl: url,
    subscriptionId: payment.subscriptionId,
  });
}

/** A hold: captured with a key of its own; the frozen capture is sent like any other request. */
function startCapture(draft: Draft, { payment, place }: Target, seen: Seen, context: Context): Draft {
  const known = { ...payment, providerPaymentId: seen.object.id };
  // A watched hold is left alone: uncaptured money returns to its owner by itself.
  if (place === 'watched') {
    return record(draft, { type: 'payment.tracked', payment: { ...polled(known, context), state: 'pending' }, place });
  }
  if (payment.step === 'capture') {
    return record(draft, { type: 'payment.tracked', payment: polled(known, context), place });
  }
  const request = context.seal({ kind: 'capture', providerPaymentId: seen.object.id, amount: payment.amount });
  const send = newSendRecord(context.ids.idempotenceKey(payment.id, 'capture', 1), request);
  const capturing: Payment = {
    ...known,
    step: 'capture',
    state: 'created',
    send: {
      ...send,
      reservedAt: payment.send.reservedAt,
      nextCheckRealAt: context.realNow + context.policy.intentPickupMs,
    },
  };
  return record(draft, { type: 'payment.tracked', payment: capturing, place });
}

/** A contradiction is looked at again once a day until a person has resolved it. */
function distrust(draft: Draft, { payment, place }: Target, wrong: Mismatch, context: Context): Draft {
  const send = { ...payment.send, readsOnly: true, nextCheckAt: context.now + dayMs, nextCheckRealAt: null };
  const parked = { ...payment, state: 'unknown' as const, send, providerPaymentId: wrong.object.id };
  // The same contradiction seen again, by a daily look or a repeated hint, is no news.
  const isKnown = payment.send.readsOnly && payment.providerPaymentId === wrong.object.id;
  const held = isKnown ? draft : holdOnMismatch(draft, payment, wrong, context);
  const tracked = record(held, { type: 'payment.tracked', payment: parked, place });
  return resolveWaiting(tracked, payment.id, { kind: 'rejected', reason: 'provider_refused' });
}

/**
 * What the provider's payment means for ours. The one way in for answers, notifications, polls and searches: whoever
 * brings the news, the result is the same, and bringing it twice changes nothing.
 */
export function applyPayment(draft: Draft, target: Target, seen: Seen, context: Context): Draft {
  const { payment, place } = target;
  const { userId, testClockId } = draft.state;
  const detail = mismatchOf(
    { userId, paymentId: payment.id, amount: payment.amount, testClockId },
    seen.object,
    context,
  );
  if (detail !== null) return distrust(draft, target, { object: seen.object, detail }, context);
  // A capture that was not done is not resolved by seeing the hold again.
  const isUndone = payment.step === 'capture' && seen.object.status === 'waiting_for_capture';
  const resolved =
    payment.state === 'unknown' && !isUndone
      ? record(draft, {
          type: 'payment.reconciled',
          payment: { ...payment, providerPaymentId: seen.object.id },
          place,
          via: seen.via,
        })
      : draft;
  switch (seen.object.status) {
    case 'pending':
      return stillPending(resolved, target, seen, context);
    case 'waiting_for_capture':
      return startCapture(resolved, target, seen, context);
    case 'succeeded': {
      const success = {
        payment,
        object: seen.object,
        via: seen.via,
        capturedAt: seen.object.capturedAt ?? context.now,
      };
      return payment.watchedBecause === null
        ? settleSuccess(resolved, success, context)
        : giveBack(resolved, success, payment.watchedBecause, context);
    }
    case 'canceled': {
      const { reason, party } = seen.object.cancellation ?? { reason: 'general_decline', party: 'unknown' };
      const decline = { reason, party, class: classifyDecline(reason) };
      const known = { ...payment, providerPaymentId: seen.object.id };
      return settleFailure(
        resolved,
        known,
        { state: 'failed', decline, outcome: { kind: 'rejected', reason: 'payment_declined' } },
        context,
      );
    }
  }
}
