import type { Instant } from '../../src/domain/model/instant.ts';
import { sameMoney } from '../../src/domain/model/money.ts';
import type {
  ProviderRequest,
  ProviderObject,
  ProviderPayment,
  ProviderRefund,
  SendOutcome,
} from '../../src/domain/model/provider.ts';

/** How an operation ends at the fake provider: one of its states, or the reason of a decline. */
export type FakeResult = ProviderPayment['status'] | (string & {});

export type FakeEntry = {
  readonly object: ProviderObject;
  readonly order: ProviderRequest;
  readonly idempotenceKey: string;
};

export type FakeLedger = {
  readonly entries: Map<string, FakeEntry>;
  /** What each saved method answers: `next` once, then `always`. */
  readonly methods: Map<string, { readonly next: FakeResult | null; readonly always: FakeResult }>;
  /** What the coming refunds answer; beyond them refunds succeed. */
  readonly refundResults: FakeResult[];
  readonly shop: { readonly accountId: string; readonly test: boolean };
};

const states: readonly string[] = ['pending', 'waiting_for_capture', 'succeeded', 'canceled'];

export function settled<Found extends ProviderObject>(object: Found, result: FakeResult, at: Instant): Found {
  const status = states.includes(result) ? result : 'canceled';
  const cancellation = status === 'canceled' ? { reason: result, party: 'payment_network' } : null;
  const captured = object.object === 'payment' ? { capturedAt: status === 'succeeded' ? at : null } : {};
  const page = object.object === 'payment' && status !== 'pending' ? { confirmationUrl: null } : {};
  return { ...object, ...captured, ...page, status, cancellation };
}

const refusal = (parameter: string): SendOutcome & { kind: 'refused' } => ({
  kind: 'refused',
  status: 400,
  code: 'invalid_request',
  parameter,
});

export function cardOf(id: string, saved: boolean): ProviderPayment['method'] {
  return { id, saved, title: 'Bank card *4444', last4: '4444', brand: 'MasterCard' };
}

type Create = Extract<ProviderRequest, { kind: 'checkout' | 'charge' }>;

function newPayment(ledger: FakeLedger, order: Create, at: Instant): ProviderPayment {
  const id = `fake-payment-${ledger.entries.size + 1}`;
  return {
    object: 'payment',
    id,
    status: 'pending',
    amount: order.amount,
    metadata: order.metadata,
    createdAt: at,
    cancellation: null,
    confirmationUrl: order.kind === 'checkout' ? `https://pay.example/${id}` : null,
    capturedAt: null,
    ...ledger.shop,
    method: order.kind === 'charge' ? cardOf(order.methodId, true) : null,
  };
}

function charge(ledger: FakeLedger, order: Extract<ProviderRequest, { kind: 'charge' }>, at: Instant) {
  const method = ledger.methods.get(order.methodId);
  if (method === undefined) return refusal('payment_method_id');
  ledger.methods.set(order.methodId, { ...method, next: null });
  return settled(newPayment(ledger, order, at), method.next ?? method.always, at);
}

function capture(ledger: FakeLedger, order: Extract<ProviderRequest, { kind: 'capture' }>, at: Instant) {
  const payment = ledger.entries.get(order.providerPaymentId)?.object;
  if (payment?.object !== 'payment' || payment.status !== 'waiting_for_capture') return refusal('payment_id');
  return settled({ ...payment, amount: order.amount }, 'succeeded', at);
}

export const refundsOf = (ledger: FakeLedger, providerPaymentId: string): readonly ProviderRefund[] =>
  [...ledger.entries.values()].flatMap(({ object }) =>
    object.object === 'refund' && object.providerPaymentId === providerPaymentId ? [object] : [],
  );

function refund(ledger: FakeLedger, order: Extract<ProviderRequest, { kind: 'refund' }>, at: Instant) {
  const payment = ledger.entries.get(order.providerPaymentId)?.object;
  if (payment?.object !== 'payment' || payment.status !== 'succeeded') return refusal('payment_id');
  const refunds = refundsOf(ledger, payment.id).filter((earlier) => earlier.status !== 'canceled');
  const refundedMinor = refunds.reduce((sum, earlier) => sum + earlier.amount.amountMinor, order.amount.amountMinor);
  const isPayable = refundedMinor <= payment.amount.amountMinor;
  if (!isPayable || !sameMoney({ ...payment.amount, amountMinor: 0 }, { ...order.amount, amountMinor: 0 })) {
    return refusal('amount');
  }
  const object: ProviderRefund = {
    object: 'refund',
    id: `fake-refund-${ledger.entries.size + 1}`,
    status: 'pending',
    amount: order.amount,
    metadata: order.metadata,
    createdAt: at,
    cancellation: null,
    providerPaymentId: payment.id,
  };
  return settled(object, ledger.refundResults.shift() ?? 'succeeded', at);
}

/** Does what was ordered, at once and for good; a refusal leaves nothing behind. */
export function perform(ledger: FakeLedger, order: ProviderRequest, idempotenceKey: string, at: Instant): SendOutcome {
  const done = ((): ProviderObject | (SendOutcome & { kind: 'refused' }) => {
    switch (order.kind) {
      case 'checkout':
        return newPayment(ledger, order, at);
      case 'charge':
        return charge(ledger, order, at);
      case 'capture':
        return capture(ledger, order, at);
      case 'refund':
        return refund(ledger, order, at);
    }
  })();
  if ('kind' in done) return done;
  const before = ledger.entries.get(done.id);
  ledger.entries.set(
    done.id,
    before === undefined ? { object: done, order, idempotenceKey } : { ...before, object: done },
  );
  return { kind: 'answered', object: done };
}
