import type { PaymentEvent } from '../domain/events.ts';
import { toIso, toIsoOrNull } from '../domain/instant.ts';
import type { Payment } from '../domain/payment.ts';
import type { FactMappers } from './fact-mappers.ts';
import type * as Contract from './generated/contract.ts';
import { cut } from './plain-text.ts';
import { tariffSnapshot } from './snapshot-subscription.ts';

/** Field by field, so that what is secret (keys, sealed requests, the method, the page) cannot slip in with a spread. */
const paymentSnapshot = (payment: Payment): Contract.PaymentSnapshot => ({
  id: payment.id,
  kind: payment.kind,
  subscriptionId: payment.subscriptionId,
  purchase:
    payment.purchase === null
      ? null
      : { tariff: tariffSnapshot(payment.purchase.tariff), renew: payment.purchase.renew },
  paySystem: payment.paySystem,
  periodKey: payment.periodKey,
  attemptNo: payment.attemptNo,
  amount: { amountMinor: payment.amount.amountMinor, currency: payment.amount.currency },
  saveMethod: payment.saveMethod,
  state: payment.state,
  providerPaymentId: payment.providerPaymentId,
  createdAt: toIso(payment.createdAt),
  watchedBecause: payment.watchedBecause,
  stuckSince: toIsoOrNull(payment.stuckSince),
});

/** The provider's spelling of an address may have blanks or capitals that a browser forgives and a pattern does not. */
const addressOf = (text: string): string => URL.parse(text)?.href ?? text;

type PaymentFact = Extract<PaymentEvent, { readonly type: 'payment.created' }>;

const about = (
  event: Pick<PaymentFact, 'payment' | 'place'>,
  userId: string,
): Pick<Contract.PaymentCreatedV1, 'userId' | 'payment' | 'place'> => ({
  userId,
  payment: paymentSnapshot(event.payment),
  place: event.place,
});

export const paymentMappers: FactMappers<PaymentEvent['type']> = {
  'payment.created': about,
  'payment.requires_action': (event, userId) => ({
    ...about(event, userId),
    redirectUrl: addressOf(event.redirectUrl),
  }),
  'payment.succeeded': (event, userId) => ({
    ...about(event, userId),
    via: event.via,
    capturedAt: toIso(event.capturedAt),
  }),
  'payment.failed': (event, userId) => ({
    ...about(event, userId),
    decline: {
      reason: cut(event.decline.reason, 100),
      party: cut(event.decline.party, 100),
      class: event.decline.class,
    },
    retryable: event.retryable,
    nextAttemptAt: toIsoOrNull(event.nextAttemptAt),
  }),
  'payment.unknown': (event, userId) => ({ ...about(event, userId), reason: cut(event.reason, 200) }),
  'payment.reconciled': (event, userId) => ({ ...about(event, userId), via: event.via }),
  'payment.stuck': about,
  'payment.duplicate_detected': about,
  'payment.late_success': (event, userId) => ({
    ...about(event, userId),
    via: event.via,
    capturedAt: toIso(event.capturedAt),
  }),
};
