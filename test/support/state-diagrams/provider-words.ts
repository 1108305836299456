import type { Payment } from '../../../src/domain/model/payment.ts';
import type { ProviderPayment } from '../../../src/domain/model/provider.ts';
import type { Subscriber } from '../../../src/domain/model/subscriber.ts';
import type { Cause } from './causes.ts';

export const shop = { accountId: 'shop', test: true };

type Word = { readonly cause: Cause; readonly object: ProviderPayment };

type Told = Partial<Pick<ProviderPayment, 'accountId' | 'cancellation' | 'confirmationUrl' | 'method'>>;

const method = (saved: boolean): ProviderPayment['method'] => ({
  id: 'method',
  saved,
  title: null,
  last4: null,
  brand: null,
});

const canceled = (reason: string): Told => ({ cancellation: { reason, party: 'payment_network' } });

/** One reason of every class that goes on in a way of its own. */
const declines = ['insufficient_funds', 'issuer_unavailable', 'card_expired', 'expired_on_confirmation'];

type Line = readonly [cause: Cause, status: ProviderPayment['status'], told?: Told];

const vocabulary: readonly Line[] = [
  ['pending', 'pending'],
  ['page open', 'pending', { confirmationUrl: 'https://provider/page' }],
  ['waiting_for_capture', 'waiting_for_capture'],
  ['succeeded', 'succeeded', { method: method(true) }],
  ['succeeded', 'succeeded', { method: method(false) }],
  ...declines.map((reason): Line => ['canceled', 'canceled', canceled(reason)]),
  ['contradiction', 'succeeded', { accountId: 'another shop' }],
];

/** A page is for checkouts only, and once money was on hold the provider no longer waits for anybody. */
const maySay = ({ kind, step }: Payment, [cause]: Line): boolean =>
  cause === 'page open' ? kind === 'checkout' && step === 'pay' : cause !== 'pending' || step === 'pay';

function named(cause: Cause, { purchase }: Payment, { subscription }: Subscriber): Cause {
  const replaces =
    purchase !== null && subscription?.status === 'past_due' && subscription.id !== purchase.subscriptionId;
  return cause === 'succeeded' && replaces ? 'succeeded: other tariff' : cause;
}

/** All that the provider may say of a payment. */
export function wordsAbout(payment: Payment, state: Subscriber, now: number): readonly Word[] {
  const { id, amount, providerPaymentId, createdAt } = payment;
  const { userId, testClockId } = state;
  const silent = { confirmationUrl: null, cancellation: null, method: null };
  const metadata = { paymentId: id, userId, testClockId };
  const common = { ...{ id: providerPaymentId ?? `provider-${id}`, amount, metadata, createdAt }, ...shop, ...silent };
  return vocabulary
    .filter((line) => maySay(payment, line))
    .map(([cause, status, told]) => {
      const capturedAt = status === 'succeeded' ? now : null;
      return {
        cause: named(cause, payment, state),
        object: { object: 'payment', status, capturedAt, ...common, ...told },
      };
    });
}
