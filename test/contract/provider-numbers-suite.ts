import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { hourMs, type Instant } from '../../src/domain/model/instant.ts';
import type { ProviderNumbers } from '../../src/domain/model/provider-numbers.ts';
import type { ReceiptMode, WantedReceipt } from '../../src/domain/model/receipt.ts';
import type { ProviderRequest, SendOutcome } from '../../src/domain/model/provider.ts';
import { amount, bind, charge, checkout, metadata, refund } from './payment-provider-requests.ts';
import type { ProviderHarness } from './provider-harness.ts';

const start: Instant = Date.UTC(2031, 6, 31, 9, 30);
const trace = 'contract-numbers';
/** The provider says these of refunds only. */
const ofRefunds: ReadonlySet<string> = new Set(['rejected_by_timeout']);

/** Where the provider names no limit. */
const parallel = 50;
const receipt: WantedReceipt = {
  ...{ vatCode: 1, taxSystem: null, paymentMode: 'full_payment', description: 'Base, 1 month', personalKey: '' },
  contact: { kind: 'email', sealed: '', masked: '', since: start },
};
const contacts = [
  ['email', 'viewer@cinema.example'],
  ['phone', '79000000012'],
] as const;

/** The part of the provider's suite that holds the numbers of its adapter: what our rules go by must be so. */
export function providerNumbersSuite(harness: () => ProviderHarness, numbers: ProviderNumbers): void {
  const send = (order: ProviderRequest, key: string = randomUUID()): Promise<SendOutcome> =>
    harness().provider.send(harness().provider.freeze(order), key, trace);
  const idOf = (outcome: SendOutcome): string => {
    if (outcome.kind === 'answered') return outcome.object.id;
    throw new Error(`Refused: ${JSON.stringify(outcome)}`);
  };
  const clockAt = async (now: Instant): Promise<string> => {
    const clockId = `clock-${randomUUID()}`;
    await harness().setClock(clockId, now);
    return clockId;
  };
  /** A page of the clock, paid. */
  const paid = async (clockId: string | null = null): Promise<string> => {
    const id = idOf(await send(checkout({ metadata: metadata(clockId) })));
    await harness().payPage(id);
    return id;
  };
  const methodOf = async (id: string): Promise<string> => {
    const found = await harness().provider.read('payment', id, trace);
    return found.kind === 'found' ? (found.object.method?.id ?? 'none') : 'none';
  };

  describe('the numbers of the adapter', () => {
    test('a key lives for as long as it is sent', async () => {
      const clockId = await clockAt(start);
      const order = charge(await methodOf(await paid(clockId)), clockId);
      const key = randomUUID();
      const first = idOf(await send(order, key));
      await harness().setClock(clockId, start + numbers.keyLifeMs);
      expect(idOf(await send(order, key))).toBe(first);
    });

    test('a page can be paid until its end', async () => {
      const clockId = await clockAt(start);
      const id = idOf(await send(checkout({ metadata: metadata(clockId) })));
      const status = async () => {
        const found = await harness().provider.read('payment', id, trace);
        return found.kind === 'found' ? found.object.status : found.kind;
      };
      await harness().setClock(clockId, start + numbers.pageLifeMs - 1);
      expect(await status()).toBe('pending');
      await harness().setClock(clockId, start + numbers.pageLifeMs);
      expect(await status()).toBe('canceled');
    });

    test('the smallest refund is made, and the smallest remainder stays', async () => {
      const id = await paid();
      const { minRefundMinor, remainderMinMinor } = numbers;
      expect(await send(refund(id, minRefundMinor))).toMatchObject({ object: { status: 'succeeded' } });
      const leftMinor = amount.amountMinor - minRefundMinor;
      const tooMuch = refund(id, leftMinor - remainderMinMinor + 1);
      expect(await send(tooMuch)).toMatchObject({ kind: 'refused', status: 400 });
      const most = refund(id, leftMinor - remainderMinMinor);
      expect(await send(most)).toMatchObject({ object: { status: 'succeeded' } });
    });

    test('a payment is refunded within the window, and not after it', async () => {
      const clockId = await clockAt(start);
      const id = await paid(clockId);
      await harness().setClock(clockId, start + numbers.refundWindowMs - hourMs);
      expect(await send(refund(id, 10_000))).toMatchObject({ object: { status: 'succeeded' } });
      await harness().setClock(clockId, start + numbers.refundWindowMs + hourMs);
      expect(await send(refund(id, 10_000))).toMatchObject({ kind: 'refused', status: 400 });
    });

    test('every kind that can be bound is, and another is not', async () => {
      for (const methodType of numbers.bindTypes)
        expect(await send(bind({ methodType }))).toMatchObject({ object: { type: methodType, status: 'pending' } });
      for (const methodType of numbers.qrTypes)
        expect(await send(bind({ methodType, confirmation: 'qr' }))).toMatchObject({
          object: { confirmation: { kind: 'qr' } },
        });
      expect(await send(bind({ methodType: 'yoo_money' as never }))).toMatchObject({ kind: 'refused', status: 400 });
    });

    test('a kind with a window of its own has a shorter one', () => {
      const windows = Object.values(numbers.refundWindowsMs);
      expect(windows.filter((windowMs) => windowMs >= numbers.refundWindowMs)).toEqual([]);
    });

    test('as many calls at once as it takes are answered', async () => {
      const orders = Array.from({ length: numbers.parallelMax ?? parallel }, () => checkout());
      const outcomes = await Promise.all(orders.map((order) => send(order)));
      expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['answered']));
    });

    test.each(Object.entries(numbers.receiptModes))(
      'a receipt by %s is sent to %j, and to nothing else',
      async (mode, to) => {
        const provider = harness().withReceipts(mode as ReceiptMode);
        for (const [kind, value] of contacts) {
          const frozen = provider.freeze(checkout({ receipt }), { kind, value });
          const expected = to.includes(kind) ? { object: { status: 'pending' } } : { kind: 'refused', status: 400 };
          expect(await provider.send(frozen, randomUUID(), trace)).toMatchObject(expected);
        }
        expect(await provider.send(provider.freeze(checkout()), randomUUID(), trace)).toMatchObject({
          kind: 'refused',
        });
      },
    );

    test('an empty shop is named by its reason', async () => {
      const id = await paid();
      await harness().scriptRefund(numbers.emptyShopReason);
      const cancellation = { reason: numbers.emptyShopReason };
      expect(await send(refund(id))).toMatchObject({ object: { status: 'canceled', cancellation } });
    });

    test('every reason of a decline reaches our rules under its name', async () => {
      const methodId = await methodOf(await paid());
      for (const reason of Object.keys(numbers.declineClasses).filter((one) => !ofRefunds.has(one))) {
        await harness().scriptMethod(methodId, reason);
        const declined = { object: { status: 'canceled', cancellation: { reason } } };
        expect(await send(charge(methodId))).toMatchObject(declined);
      }
    });
  });
}
