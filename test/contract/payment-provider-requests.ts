import { randomUUID } from 'node:crypto';
import type { ProviderRequest, RequestMetadata } from '../../src/domain/model/provider.ts';

export type CheckoutOrder = Extract<ProviderRequest, { kind: 'checkout' }>;

type BindOrder = Extract<ProviderRequest, { kind: 'bind' }>;

export const amount = { amountMinor: 29_900, currency: 'RUB' };

/** Every request is about a payment of its own. */
export const metadata = (testClockId: string | null = null): RequestMetadata => ({
  paymentId: randomUUID(),
  userId: randomUUID(),
  testClockId,
});

export const checkout = (changes: Partial<CheckoutOrder> = {}): CheckoutOrder => ({
  kind: 'checkout',
  amount,
  description: 'Base, 1 month',
  returnUrl: 'https://cinema.example/return',
  saveMethod: true,
  metadata: metadata(),
  ...changes,
});

export const charge = (methodId: string, testClockId: string | null = null) =>
  ({ kind: 'charge', amount, description: 'Base, next month', methodId, metadata: metadata(testClockId) }) as const;

export const refund = (providerPaymentId: string, amountMinor = amount.amountMinor) =>
  ({
    kind: 'refund',
    providerPaymentId,
    amount: { ...amount, amountMinor },
    description: 'Returned',
    metadata: metadata(),
  }) as const;

export const bind = (changes: Partial<BindOrder> = {}, testClockId: string | null = null): BindOrder => ({
  kind: 'bind',
  methodType: 'bank_card',
  confirmation: 'redirect',
  returnUrl: 'https://cinema.example/methods',
  metadata: { bindId: randomUUID(), userId: randomUUID(), testClockId },
  ...changes,
});
