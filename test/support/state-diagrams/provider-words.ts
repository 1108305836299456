import type { Payment } from '../../../src/domain/model/payment.ts';
import type { ProviderPayment } from '../../../src/domain/model/provider.ts';
import type { Subscriber } from '../../../src/domain/model/subscriber.ts';
import type { Cause } from './causes.ts';

export const shop = { accountId: 'shop', test: true };

type Answer = { readonly cause: Cause; readonly object: ProviderPayment };

type Details = Partial<Pick<ProviderPayment, 'accountId' | 'cancellation' | 'confirmationUrl' | 'method'>>;

const method = (saved: boolean): ProviderPayment['method'] => ({
  id: 'method',
  saved,
  title: null,
  last4: null,
  brand: null,
  type: null,
  expiry: null,
});

const canceled = (reason: string): Details => ({ cancellation: { reason, party: 'payment_network' } });

/** One reason of every class that the rules treat differently. */
const declines = ['insufficient_funds', 'issuer_unavailable', 'card_expired', 'expired_on_confirmation'];

type AnswerKind = readonly [cause: Cause, status: ProviderPayment['status'], details?: Details];

const answerKinds: readonly AnswerKind[] = [
  ['pending', 'pending'],
  ['page open', 'pending', { confirmationUrl: 'https://provider/page' }],
  ['waiting_for_capture', 'waiting_for_capture'],
  ['succeeded', 'succeeded', { method: method(true) }],
  ['succeeded', 'succeeded', { method: method(false) }],
  ...declines.map((reason): AnswerKind => ['canceled', 'canceled', canceled(reason)]),
  ['contradiction', 'succeeded', { accountId: 'another shop' }],
];

/** Only a checkout has a page, and once money was authorized the provider waits for no other party. */
const mayAnswer = ({ kind, step }: Payment, [cause]: AnswerKind): boolean =>
  cause === 'page open' ? kind === 'checkout' && step === 'pay' : cause !== 'pending' || step === 'pay';

function named(cause: Cause, { purchase }: Payment, { subscription }: Subscriber): Cause {
  const replaces =
    purchase !== null && subscription?.status === 'past_due' && subscription.id !== purchase.subscriptionId;
  return cause === 'succeeded' && replaces ? 'succeeded: other tariff' : cause;
}

/** Every answer that the provider may give about a payment. */
export function answersAbout(payment: Payment, state: Subscriber, now: number): readonly Answer[] {
  const { id, amount, providerPaymentId, createdAt } = payment;
  const { userId, testClockId } = state;
  const silent = { confirmationUrl: null, cancellation: null, method: null };
  const metadata = { paymentId: id, userId, testClockId };
  const common = { ...{ id: providerPaymentId ?? `provider-${id}`, amount, metadata, createdAt }, ...shop, ...silent };
  return answerKinds
    .filter((kind) => mayAnswer(payment, kind))
    .map(([cause, status, details]) => {
      const capturedAt = status === 'succeeded' ? now : null;
      return {
        cause: named(cause, payment, state),
        object: { object: 'payment', status, capturedAt, ...common, ...details },
      };
    });
}
