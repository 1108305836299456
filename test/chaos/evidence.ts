import type { Subscriber } from '../../src/domain/model/subscriber.ts';

/**
 * One request of the client. One counter gives `askedAt` and `heardAt` of all requests, so their order needs no clock.
 * `fail` is a refusal; `unknown` is no answer, or one that promises nothing.
 */
export type Asked = {
  readonly askedAt: number;
  readonly heardAt: number;
  readonly userId: string;
  readonly what: 'buy' | 'cancel';
  readonly mode: 'period_end' | 'immediate' | null;
  readonly key: string;
  readonly result: 'ok' | 'fail' | 'unknown';
  readonly status: number | null;
  readonly commandId: string | null;
  /** What the client saw instead of an answer: a time-out, or the code of a broken connection. */
  readonly lostBy?: string;
};

export type ProviderObject = {
  readonly id: string;
  readonly kind: 'payment' | 'refund';
  readonly status: string;
  readonly amountMinor: number;
  /** Of a refund: the payment that it refunds. */
  readonly ofPayment: string | null;
  /** Of a payment: our payment id, from its metadata. */
  readonly ourPaymentId: string;
  readonly userId: string;
};

export type PastPayment = {
  readonly id: string;
  readonly userId: string;
  readonly providerPaymentId: string | null;
  readonly state: string;
  readonly amountMinor: number;
  readonly subscriptionId: string;
  readonly periodKey: string;
};

export type RefundRow = {
  readonly id: string;
  readonly providerRefundId: string | null;
  readonly state: string;
  readonly amountMinor: number;
};

export type Fact = {
  readonly userId: string;
  readonly topic: string;
  readonly sequence: number;
  readonly type: string;
  readonly text: string;
  readonly value: Readonly<Record<string, unknown>>;
};

/** A document, with the time of its own clock. */
export type Document = { readonly subscriber: Subscriber; readonly outbox: number; readonly now: number };

export type Command = { readonly id: string; readonly outcome: string | null };

export type Evidence = {
  readonly history: readonly Asked[];
  readonly provider: readonly ProviderObject[];
  readonly payments: readonly PastPayment[];
  readonly refunds: readonly RefundRow[];
  readonly commands: readonly Command[];
  readonly documents: readonly Document[];
  /** In the order of each partition, duplicates included. */
  readonly facts: readonly Fact[];
  /** Every text for people or other services: log files and messages. */
  readonly texts: readonly { readonly where: string; readonly text: string }[];
  readonly canaries: readonly { readonly name: string; readonly text: string }[];
};

/** Returns one sentence per violation, with its evidence. */
export type Check = (evidence: Evidence) => readonly string[];

/** What the provider kept of each payment: captured minus refunded. */
export function keptMinor(provider: readonly ProviderObject[]): ReadonlyMap<string, number> {
  const kept = new Map<string, number>();
  const add = (id: string, minor: number): unknown => kept.set(id, (kept.get(id) ?? 0) + minor);
  for (const { kind, status, id, ofPayment, amountMinor } of provider) {
    if (status !== 'succeeded') continue;
    if (kind === 'payment') add(id, amountMinor);
    else add(ofPayment ?? '', -amountMinor);
  }
  return kept;
}
