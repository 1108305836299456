import { dayMs, hourMs, type Instant, toIso } from '../../../src/domain/model/instant.ts';

/** The provider's own records: the truth against which ours are checked. */
export type PaymentEntry = {
  readonly object: 'payment';
  readonly id: string;
  readonly key: string;
  readonly createdAt: Instant;
  readonly amountMinor: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly isPage: boolean;
  /** Requested for the page; null for a charge of a saved method. */
  readonly saveMethod: boolean;
  readonly methodId: string;
  status: 'pending' | 'waiting_for_capture' | 'succeeded' | 'canceled';
  isSaved: boolean;
  capturedAt: Instant | null;
  reason: string | null;
  /** The amount that its answers show instead of the requested one. */
  wrongMinor: number | null;
  /** What the bank took back, as staff have recorded it. The provider's answers do not show it. */
  chargedBackMinor: number;
  /** What staff gave back past the provider, which its answers do not show either. */
  paidBackMinor: number;
  /** Whether the provider denied for days that this payment exists. */
  readonly wasHidden: boolean;
  /** The VAT code of its receipt; null where it asked for none. */
  readonly vatCode: number | null;
  registration?: Registration;
};

/** How far the register has come with the receipt, and when it ends; null where there is none. */
export type Registration = { readonly at: Instant; readonly end: 'succeeded' | 'canceled' };

export type RefundEntry = {
  readonly object: 'refund';
  readonly id: string;
  readonly key: string;
  readonly createdAt: Instant;
  readonly amountMinor: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly paymentId: string;
  status: 'pending' | 'succeeded' | 'canceled';
  reason: string | null;
  registration?: Registration;
};

export type Entry = PaymentEntry | RefundEntry;

/** An unpaid page expires after this. */
export const pageLifeMs = hourMs;
/** An uncaptured authorization is released after this. */
export const holdLifeMs = 7 * dayMs;
export const accountId = '100500';

/** How the ids of accounts begin that are linked by SBP. */
export const sbpPrefix = '2a';

/**
 * The card behind a saved method: a subscriber has two, and saves each of them again and again under other ids. Of an
 * account that is linked by SBP nothing is shown, so all of them look the same.
 */
export function cardOf(methodId: string): string {
  if (methodId.startsWith(sbpPrefix)) return 'SBP';
  return Number.parseInt(methodId.slice(-1), 16) % 2 === 0 ? '4444' : '5555';
}

const money = (minor: number): object => ({ value: (minor / 100).toFixed(2), currency: 'RUB' });

export function bodyOf(entry: Entry, now: Instant): Readonly<Record<string, unknown>> {
  const { id, status, metadata, createdAt, reason, registration } = entry;
  const common = {
    id,
    status,
    metadata,
    created_at: toIso(createdAt),
    ...(registration === undefined
      ? {}
      : { receipt_registration: now < registration.at ? 'pending' : registration.end }),
    ...(reason === null ? {} : { cancellation_details: { party: 'payment_network', reason } }),
  };
  if (entry.object === 'refund') return { ...common, amount: money(entry.amountMinor), payment_id: entry.paymentId };
  const { isPage, isSaved, methodId, capturedAt } = entry;
  const card = { last4: cardOf(methodId), card_type: 'MasterCard' };
  const waits = isPage && status === 'pending';
  return {
    ...common,
    amount: money(entry.wrongMinor ?? entry.amountMinor),
    paid: status === 'succeeded' || status === 'waiting_for_capture',
    test: true,
    recipient: { account_id: accountId, gateway_id: '1' },
    ...(capturedAt === null ? {} : { captured_at: toIso(capturedAt) }),
    ...(waits ? { confirmation: { type: 'redirect', confirmation_url: `https://pay.example/${id}` } } : {}),
    ...(waits ? {} : { payment_method: { type: 'bank_card', id: methodId, saved: isSaved, title: 'Card', card } }),
  };
}

/** What a payment says of its refunds, those of the cabinet included. */
export function refundedOf(entry: Entry, entries: Iterable<Entry>): object {
  if (entry.object === 'refund') return {};
  let minor = 0;
  for (const other of entries) {
    const isBack = other.object === 'refund' && other.paymentId === entry.id && other.status === 'succeeded';
    if (isBack) minor += other.amountMinor;
  }
  return minor === 0 ? {} : { refunded_amount: money(minor) };
}

/** Made by staff in the provider's cabinet: it has no names of ours. */
export const isByHand = (entry: Entry): entry is RefundEntry =>
  entry.object === 'refund' && entry.metadata['payment_id'] === undefined;

/** What the service did. */
export const withoutCabinet = (entries: Iterable<Entry>): readonly Entry[] =>
  [...entries].filter((entry) => !isByHand(entry));

/** What the service did by itself, and for subscribers. `byStaff`: the keys of refunds that staff ordered. */
export const withoutStaff = (entries: Iterable<Entry>, byStaff: ReadonlySet<string>): readonly Entry[] =>
  withoutCabinet(entries).filter(({ key }) => !byStaff.has(key));

/** Captured minus refunds that succeeded or are pending, and minus what the bank took or staff gave back past the provider. */
export function keptMinor(payment: PaymentEntry, entries: Iterable<Entry>): number {
  if (payment.status !== 'succeeded') return 0;
  let kept = payment.amountMinor - payment.chargedBackMinor - payment.paidBackMinor;
  for (const entry of entries) {
    if (entry.object === 'refund' && entry.paymentId === payment.id && entry.status !== 'canceled')
      kept -= entry.amountMinor;
  }
  return kept;
}
