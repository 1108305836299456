import { isoTime } from './clock.ts';
import { gatewayIdOf } from './validate-payment.ts';
import { formatAmount, incomeMinor } from './money.ts';
import { createRefund, leftMinor } from './refunds.ts';
import type { Sandbox } from './sandbox.ts';
import { authorized, cardMethod } from './settle.ts';
import type { Metadata, Payment, PaymentRecord, Refund } from './types.ts';

/** Payments that others made in the shop: invoices of the cabinet, or another program with metadata of its own. */
export type Foreign = {
  readonly count: number;
  readonly amountMinor: number;
  /** `{n}` in a value is the number of the payment, from 0. */
  readonly metadata: Metadata;
  /** They are spread evenly over this time, `[from, to)`. Null: they are made now, and notifications are sent. */
  readonly past: { readonly fromMs: number; readonly toMs: number } | null;
};

const card = { number: '5555555555554444', expiryYear: '2040', expiryMonth: '12' };
const currency = 'RUB';

const numbered = (metadata: Metadata, n: number): Metadata =>
  Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, value?.replace('{n}', String(n)) ?? null]));

function foreignPayment(sandbox: Sandbox, { amountMinor, metadata }: Foreign, n: number, atMs: number): Payment | null {
  const [shop] = sandbox.config.shops;
  if (shop === undefined) return null;
  const id = sandbox.newId('payment', atMs);
  return {
    ...{
      id,
      status: 'succeeded',
      description: 'Invoice',
      metadata: numbered(metadata, n),
      test: true,
      paid: true,
      refundable: true,
    },
    amount: formatAmount(amountMinor, currency),
    income_amount: formatAmount(incomeMinor(amountMinor), currency),
    refunded_amount: formatAmount(0, currency),
    recipient: { account_id: shop.id, gateway_id: gatewayIdOf(shop) },
    payment_method: cardMethod(id, card, false),
    captured_at: isoTime(atMs),
    created_at: isoTime(atMs),
    authorization_details: authorized(false),
  };
}

const recordOf = (sandbox: Sandbox, object: Payment): PaymentRecord => ({
  ...{ object, seq: sandbox.store.nextSeq(), shopId: object.recipient.account_id, clockId: null, capture: true },
  ...{ idempotenceKey: '', sendsId: '', request: {} },
  page: { deadlineMs: null, returnUrl: null, save: null, challengeCard: null, lastDecline: null },
});

/** Makes succeeded payments of the first shop and returns their ids. */
export function makeForeign(sandbox: Sandbox, foreign: Foreign): readonly string[] {
  const { count, past } = foreign;
  const nowMs = sandbox.clocks.nowMs(null);
  const { fromMs, toMs } = past ?? { fromMs: nowMs, toMs: nowMs };
  return Array.from({ length: count }, (_, n) => {
    const object = foreignPayment(sandbox, foreign, n, fromMs + Math.floor((n * (toMs - fromMs)) / count));
    if (object === null) return [];
    sandbox.store.put('payments', object.id, recordOf(sandbox, object));
    if (past === null) sandbox.notifications.add('payment.succeeded', object);
    return [object.id];
  }).flat();
}

/** A refund that a person made in the cabinet: the shop's program did not ask for it, and it has no metadata. */
export function refundInCabinet(sandbox: Sandbox, payment: PaymentRecord, amountMinor: number | null): Refund | null {
  const shop = sandbox.config.shops.find(({ id }) => id === payment.shopId);
  if (shop === undefined) return null;
  const minor = amountMinor ?? leftMinor(sandbox, payment.object);
  const body = { payment_id: payment.object.id, amount: formatAmount(minor, payment.object.amount.currency) };
  const request = { shop, id: '', query: new URLSearchParams(), body, key: '', sendsId: '', fault: null };
  return createRefund(sandbox, { ...request, clockId: payment.clockId });
}
