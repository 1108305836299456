import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { PaymentProvider } from '../../src/application/ports/payment-provider.ts';
import { dayMs, hourMs, type Instant, minuteMs } from '../../src/domain/model/instant.ts';
import type { ProviderRequest, ProviderPayment, ProviderRefund, SendOutcome } from '../../src/domain/model/provider.ts';
import { yookassaNumbers } from '../../src/adapters/yookassa/numbers.ts';
import { bindingSuite } from './binding-suite.ts';
import { amount, charge, checkout, metadata, refund } from './payment-provider-requests.ts';
import type { ProviderHarness } from './provider-harness.ts';
import { providerNumbersSuite } from './provider-numbers-suite.ts';

const start: Instant = Date.UTC(2031, 0, 31, 9, 30);
const trace = 'contract-1';

export function paymentProviderSuite(name: string, open: () => Promise<ProviderHarness>): void {
  describe(`${name}: payment provider`, () => {
    let harness: ProviderHarness;
    let provider: PaymentProvider;

    beforeAll(async () => {
      harness = await open();
      provider = harness.provider;
    });

    const key = (): string => `v1-${randomUUID()}`;
    const send = (order: ProviderRequest, idempotenceKey = key()): Promise<SendOutcome> =>
      provider.send(provider.freeze(order), idempotenceKey, trace);
    const payment = (outcome: SendOutcome): ProviderPayment => {
      if (outcome.kind === 'answered' && outcome.object.object === 'payment') return outcome.object;
      throw new Error(`Not a payment: ${JSON.stringify(outcome)}`);
    };
    const readPayment = async (id: string): Promise<ProviderPayment> => {
      const checkResult = await provider.read('payment', id, trace);
      if (checkResult.kind === 'found') return checkResult.object;
      throw new Error(`Not found: ${JSON.stringify(checkResult)}`);
    };
    const paidPage = async (changes: Parameters<typeof checkout>[0] = {}): Promise<ProviderPayment> => {
      const { id } = payment(await send(checkout(changes)));
      await harness.payPage(id);
      return readPayment(id);
    };
    const savedMethod = async (testClockId: string | null = null): Promise<string> =>
      (await paidPage({ metadata: metadata(testClockId) })).method?.id ?? 'none';
    const findPayment = (paymentId: string, from: Instant, to: Instant) =>
      provider.search({ object: 'payment', paymentId, from, to }, trace);
    const clockAt = async (now: Instant): Promise<string> => {
      const clockId = `clock-${randomUUID()}`;
      await harness.setClock(clockId, now);
      return clockId;
    };

    describe('pages', () => {
      test('the same request freezes to the same text, another request to another', () => {
        const order = checkout();
        expect(provider.freeze(order)).toBe(provider.freeze({ ...order }));
        expect(provider.freeze(order)).not.toBe(provider.freeze({ ...order, saveMethod: false }));
      });

      test('the answer is an open page with the requested amount and metadata', async () => {
        const order = checkout();
        const page = payment(await send(order));
        expect(page).toMatchObject({
          status: 'pending',
          amount,
          metadata: order.metadata,
          accountId: harness.accountId,
          test: true,
          capturedAt: null,
          cancellation: null,
        });
        expect(page.confirmationUrl).toMatch(/^https?:\/\//);
      });

      test('a paid page is captured, and its method is saved and can be charged', async () => {
        const paid = await paidPage();
        expect(paid).toMatchObject({ status: 'succeeded', amount, confirmationUrl: null, method: { saved: true } });
        expect(paid.capturedAt).toBeGreaterThanOrEqual(paid.createdAt);
        expect(paid.method?.last4).toMatch(/^\d{4}$/);
        const charged = payment(await send(charge(paid.method?.id ?? 'none')));
        expect(charged).toMatchObject({ status: 'succeeded', amount, confirmationUrl: null });
      });

      test('a page without saving saves no method that can be charged', async () => {
        const paid = await paidPage({ saveMethod: false });
        expect(paid.status).toBe('succeeded');
        expect(paid.method?.saved ?? false).toBe(false);
        const refused = await send(charge(paid.method?.id ?? 'none'));
        expect(refused).toMatchObject({ kind: 'refused', status: 400, parameter: 'payment_method_id' });
      });

      test('an authorized payment is captured', async () => {
        const order = checkout();
        const id = await harness.holdPage(order);
        expect((await readPayment(id)).status).toBe('waiting_for_capture');
        const captured = payment(await send({ kind: 'capture', providerPaymentId: id, amount }));
        expect(captured).toMatchObject({ id, status: 'succeeded', amount, metadata: order.metadata });
        const again = await send({ kind: 'capture', providerPaymentId: id, amount });
        expect(again).toMatchObject({ kind: 'refused', status: 400 });
      });
    });

    describe('keys', () => {
      test('the same key and bytes again are the same operation, also at once', async () => {
        const methodId = await savedMethod();
        const order = charge(methodId);
        const idempotenceKey = key();
        const outcomes = await Promise.all([send(order, idempotenceKey), send(order, idempotenceKey)]);
        outcomes.push(await send(order, idempotenceKey));
        expect(new Set(outcomes.map((outcome) => payment(outcome).id)).size).toBe(1);
        expect(await harness.countOperations(order.metadata.paymentId)).toBe(1);
      });

      test('the same key with other bytes is a conflict and does nothing', async () => {
        const idempotenceKey = key();
        const [first, second] = [checkout(), checkout()];
        await send(first, idempotenceKey);
        expect(await send(second, idempotenceKey)).toEqual({ kind: 'key_conflict' });
        expect(await harness.countOperations(second.metadata.paymentId)).toBe(0);
      });

      test('a decline is replayed under its key, a new key is a new try', async () => {
        const methodId = await savedMethod();
        await harness.scriptMethod(methodId, 'insufficient_funds');
        const order = charge(methodId);
        const idempotenceKey = key();
        for (const outcome of [await send(order, idempotenceKey), await send(order, idempotenceKey)]) {
          expect(payment(outcome)).toMatchObject({
            status: 'canceled',
            capturedAt: null,
            cancellation: { reason: 'insufficient_funds' },
          });
        }
        expect(payment(await send(order)).status).toBe('succeeded');
      });

      test('a day later the provider has forgotten the key, and charges the same bytes again', async () => {
        const clockId = await clockAt(start);
        const order = charge(await savedMethod(clockId), clockId);
        const idempotenceKey = key();
        const first = payment(await send(order, idempotenceKey));
        await harness.setClock(clockId, start + dayMs - minuteMs);
        expect(payment(await send(order, idempotenceKey)).id).toBe(first.id);
        await harness.setClock(clockId, start + dayMs);
        expect(payment(await send(order, idempotenceKey)).id).not.toBe(first.id);
        expect(await harness.countOperations(order.metadata.paymentId)).toBe(2);
      });
    });

    describe('unclear ends', () => {
      test('a lost answer is unknown, the list has the payment, and a repeat of the key returns it', async () => {
        const clockId = await clockAt(start);
        const order = charge(await savedMethod(clockId), clockId);
        const idempotenceKey = key();
        await harness.spoilNextSend('payments', 'lost');
        expect(await send(order, idempotenceKey)).toMatchObject({ kind: 'unknown' });
        const checkResult = await findPayment(order.metadata.paymentId, start - hourMs, start + hourMs);
        expect(checkResult).toMatchObject({ kind: 'found', object: { status: 'succeeded', metadata: order.metadata } });
        expect(checkResult).toMatchObject({ object: { id: payment(await send(order, idempotenceKey)).id } });
        expect(await harness.countOperations(order.metadata.paymentId)).toBe(1);
      });

      test('an operation that was not done is unknown as well, and absent from the list', async () => {
        const clockId = await clockAt(start);
        const order = checkout({ metadata: metadata(clockId) });
        const idempotenceKey = key();
        await harness.spoilNextSend('payments', 'not_done');
        expect(await send(order, idempotenceKey)).toMatchObject({ kind: 'unknown' });
        const { paymentId } = order.metadata;
        expect(await findPayment(paymentId, start - hourMs, start + hourMs)).toEqual({ kind: 'absent' });
        expect(payment(await send(order, idempotenceKey)).status).toBe('pending');
        expect(await harness.countOperations(paymentId)).toBe(1);
      });

      test('a call refused before it was handled is proved unsent', async () => {
        const order = checkout();
        await harness.spoilNextSend('payments', 'sent_away');
        expect(await send(order)).toMatchObject({ kind: 'unsent' });
        expect(await harness.countOperations(order.metadata.paymentId)).toBe(0);
      });

      test('a charge may stay pending', async () => {
        const methodId = await savedMethod();
        await harness.scriptMethod(methodId, 'pending');
        const pending = payment(await send(charge(methodId)));
        expect(pending).toMatchObject({ status: 'pending', confirmationUrl: null, capturedAt: null });
        expect((await readPayment(pending.id)).status).toBe('pending');
      });
    });

    describe('reads', () => {
      test('an unknown payment is absent, by id and in the list', async () => {
        const id = '22e12f66-000f-5000-8000-18db351245c7';
        expect(await provider.read('payment', id, trace)).toEqual({ kind: 'absent' });
        expect(await provider.read('refund', id, trace)).toEqual({ kind: 'absent' });
        expect(await findPayment(randomUUID(), start, start + hourMs)).toEqual({ kind: 'absent' });
      });

      test('a payment far outside the window is not found', async () => {
        const clockId = await clockAt(start);
        const order = checkout({ metadata: metadata(clockId) });
        await send(order);
        const { paymentId } = order.metadata;
        expect(await findPayment(paymentId, start, start + minuteMs)).toMatchObject({ kind: 'found' });
        expect(await findPayment(paymentId, start + 2 * hourMs, start + 4 * hourMs)).toEqual({ kind: 'absent' });
      });

      test('a read without an answer proves nothing', async () => {
        const { id } = payment(await send(checkout()));
        await harness.spoilNextRead();
        expect(await provider.read('payment', id, trace)).toMatchObject({ kind: 'unavailable' });
        expect(await provider.read('payment', id, trace)).toMatchObject({ kind: 'found' });
      });

      test('a payment that names a clock takes its times from it', async () => {
        const clockId = await clockAt(start);
        const page = payment(await send(checkout({ metadata: metadata(clockId) })));
        await harness.setClock(clockId, start + 10 * minuteMs);
        await harness.payPage(page.id);
        expect(await readPayment(page.id)).toMatchObject({ createdAt: start, capturedAt: start + 10 * minuteMs });
      });
    });

    describe('refunds', () => {
      test('a payment is refunded once, and not above the paid sum', async () => {
        const { id } = await paidPage();
        const order = refund(id);
        const idempotenceKey = key();
        const outcome = await send(order, idempotenceKey);
        expect(outcome).toMatchObject({
          kind: 'answered',
          object: { object: 'refund', status: 'succeeded', amount, providerPaymentId: id, metadata: order.metadata },
        });
        expect(await send(order, idempotenceKey)).toEqual(outcome);
        expect(await send(refund(id, 100))).toMatchObject({ kind: 'refused', status: 400 });
        expect((await readPayment(id)).status).toBe('succeeded');
      });

      test('a refund whose answer was lost is found among those of its payment by its name, and by its id', async () => {
        const { id } = await paidPage();
        const order = refund(id, 10_000);
        await send(refund(id, 5_000));
        await harness.spoilNextSend('refunds', 'lost');
        expect(await send(order)).toMatchObject({ kind: 'unknown' });
        const { paymentId } = order.metadata;
        const wanted = { object: 'refund', providerPaymentId: id, paymentId, refundId: null } as const;
        const checkResult = await provider.search(wanted, trace);
        expect(checkResult).toMatchObject({ kind: 'found', object: { amount: { amountMinor: 10_000 } } });
        const refundId = checkResult.kind === 'found' ? checkResult.object.id : 'none';
        expect(await provider.read('refund', refundId, trace)).toEqual(checkResult);
        expect(await provider.search({ ...wanted, paymentId: randomUUID() }, trace)).toEqual({ kind: 'absent' });
        const second = { ...order.metadata, refundId: randomUUID() };
        await send({ ...refund(id, 5_000), metadata: second });
        const found = await provider.search({ ...wanted, refundId: second.refundId }, trace);
        expect(found).toMatchObject({ object: { metadata: second } });
        expect(await provider.search(wanted, trace)).toEqual(checkResult);
      });

      test('a refund may fail, and can be asked again under a new key', async () => {
        const { id } = await paidPage();
        await harness.scriptRefund('insufficient_funds');
        const failed: Partial<ProviderRefund> = { status: 'canceled' };
        expect(await send(refund(id))).toMatchObject({
          object: { ...failed, cancellation: { reason: 'insufficient_funds' } },
        });
        expect(await send(refund(id))).toMatchObject({ object: { status: 'succeeded' } });
      });

      test('an unpaid payment cannot be refunded', async () => {
        const { id } = payment(await send(checkout()));
        expect(await send(refund(id))).toMatchObject({ kind: 'refused', status: 400 });
      });
    });

    bindingSuite(() => harness);
    providerNumbersSuite(() => harness, yookassaNumbers);

    test('the shop says whose it is, whether it takes money, and which methods it takes', async () => {
      expect(await harness.readShop()).toEqual({
        ...{ paySystem: 'yookassa', accountId: harness.accountId, isEnabled: true, isTest: true, makesReceipts: false },
        paymentMethods: ['bank_card', 'yoo_money'],
      });
    });

    test('a slot is free at once and can be released twice', () => {
      const slot = provider.acquireSlot();
      expect(slot).not.toBeNull();
      slot?.release();
      slot?.release();
    });
  });
}
