import { fieldOf } from '../../../src/application/ports/cipher.ts';
import type { ReceiptRules } from '../../../src/domain/model/receipt.ts';
import { createTestSystem, tariffs, type TestSystem } from '../../support/test-system.ts';
import { testCipher } from '../../support/test-cipher.ts';

export const user = '11111111-1111-4111-8111-111111111111';

/** The VAT rate that rose with the year 2027, in Moscow. */
export const newYear = Date.parse('2026-12-31T21:00:00.000Z');
const rules: ReceiptRules = {
  ...{ contactKinds: ['email'], taxSystem: 2, paymentMode: 'full_payment' },
  vatCodes: [
    { from: -Infinity, code: 4 },
    { from: newYear, code: 11 },
  ],
};

export const createReceiptSystem = (): TestSystem =>
  createTestSystem({ timeZone: 'Europe/Moscow', sold: Object.values(tariffs), receipts: rules });

export function setContact(system: TestSystem, email = 'viewer@cinema.example') {
  const sealed = testCipher.seal(Buffer.from(email), fieldOf(user, 'email'));
  const command = { type: 'receipt_contact.set' as const, email: sealed, phone: null };
  return system.order(user, command);
}

export const clearContact = (system: TestSystem) => system.order(user, { type: 'receipt_contact.clear' });

/** A system with receipts, in which the user has just bought the monthly tariff with renewal. */
export async function createSubscribed(): Promise<TestSystem> {
  const system = createReceiptSystem();
  await setContact(system);
  await system.pay(user);
  await system.payPage(user);
  return system;
}

type Sent = { readonly path: string; readonly receipt: unknown };

/** What our requests asked the provider's register to say, oldest first. */
export function sentReceipts(system: TestSystem): readonly Sent[] {
  return system.provider.sends().map(({ frozen }) => {
    const { path, body } = JSON.parse(frozen) as { path: string; body: string };
    return { path, receipt: (JSON.parse(body) as { receipt?: unknown }).receipt };
  });
}
