import { expect, test } from '@jest/globals';
import { changeSubscriber } from '../../src/application/change/change-subscriber.ts';
import { accepted, draftOf, record } from '../../src/domain/decision/draft.ts';
import type { CapturedPayment } from '../../src/domain/model/payment.ts';
import { sampleRefund } from '../contract/samples.ts';
import { createTestSystem } from '../support/test-system.ts';

const userId = '11111111-1111-4111-8111-111111111111';

const captureOf = (index: number): CapturedPayment => ({
  paymentId: `payment-${index}`,
  subscriptionId: 'subscription',
  periodKey: `period:${index}`,
  providerPaymentId: `provider-${index}`,
  kind: 'charge',
  attemptNo: 1,
  reservedAt: index,
  currency: 'RUB',
  capturedMinor: 100,
  refundedMinor: 0,
});

const externalRefund = (index: number) => ({
  ...{ type: 'refund.recorded_external' as const, paymentId: `payment-${index}`, subscriptionId: 'subscription' },
  ...{ providerPaymentId: `provider-${index}`, providerRefundId: `refund-${index}`, refundedAt: index },
  ...{ amount: { amountMinor: 10, currency: 'RUB' }, refundedMinor: 10, capturedMinor: 100 },
});

test('a document keeps the newest captures and external refunds, as many as the policy says', async () => {
  const { services } = createTestSystem();
  const policy = { ...services.policy, capturesMax: 2 };
  const about = { userId, trace: { correlationId: 'a', causationId: 'b' } };
  await changeSubscriber({ ...services, policy }, about, (state) =>
    accepted(
      record(
        draftOf(state),
        { type: 'clock.bound', testClockId: 'clock' },
        ...[1, 2, 3].map((index) => ({ type: 'capture.recorded' as const, capture: captureOf(index) })),
        ...[1, 2, 3].map(externalRefund),
      ),
    ),
  );
  const stored = await services.store.load(userId);
  expect(stored?.subscriber.captures).toMatchObject([{ paymentId: 'payment-2' }, { paymentId: 'payment-3' }]);
  expect(stored?.subscriber.externalRefunds).toMatchObject([{ paymentId: 'payment-2' }, { paymentId: 'payment-3' }]);
});

test('a document keeps a capture whose refund is not over, however old', async () => {
  const { services } = createTestSystem();
  const policy = { ...services.policy, capturesMax: 2 };
  const about = { userId, trace: { correlationId: 'a', causationId: 'b' } };
  const captures = [1, 2, 3, 4].map((index) => ({ type: 'capture.recorded' as const, capture: captureOf(index) }));
  const refund = { ...sampleRefund('payment-1'), state: 'failed' as const };
  await changeSubscriber({ ...services, policy }, about, (state) =>
    accepted(record(draftOf(state), ...captures, { type: 'refund.requested', refund, closed: false })),
  );
  const stored = await services.store.load(userId);
  const kept = stored?.subscriber.captures.map(({ paymentId }) => paymentId);
  expect(kept).toEqual(['payment-1', 'payment-3', 'payment-4']);
});

test('a document remembers the newest alarms, and those about objects that a restored one has not taken', async () => {
  const { services } = createTestSystem();
  const policy = { ...services.policy, differencesMax: 2 };
  const about = { userId, trace: { correlationId: 'a', causationId: 'b' } };
  const amount = { amountMinor: 100, currency: 'RUB' };
  const named = { object: 'payment' as const, paymentId: 'payment', refundId: null, amount, createdAt: 1 };
  const foreign = ['object-1', 'object-2', 'object-3', 'object-4'].map((subjectId) => ({
    ...{ type: 'invariant.violated' as const, rule: 'foreign_object' as const, subjectId },
    ...{ detail: 'unknown', expected: null, actual: amount },
  }));
  await changeSubscriber({ ...services, policy }, about, (state) =>
    accepted(
      record(draftOf(state), { type: 'recalled.changed', recalled: [{ ...named, id: 'object-1' }] }, ...foreign),
    ),
  );
  const stored = await services.store.load(userId);
  expect(stored?.subscriber.differences).toEqual([
    'foreign_object:object-1',
    'foreign_object:object-3',
    'foreign_object:object-4',
  ]);
});

test('a document keeps the newest saved methods, and the one that renewals charge', async () => {
  const { services, ...system } = createTestSystem();
  await system.pay(userId);
  await system.payPage(userId);
  const [charged] = (await system.state(userId)).methods;
  const more = ['a', 'b', 'c'].map((id) => ({ ...charged!, id }));
  const policy = { ...services.policy, methodsMax: 2 };
  await changeSubscriber(
    { ...services, policy },
    { userId, trace: { correlationId: 'a', causationId: 'b' } },
    (state) => {
      const subscriptionId = state.subscription?.id ?? '';
      const saved = more.map((method) => ({ type: 'payment_method.saved' as const, method, subscriptionId }));
      return accepted(record(draftOf(state), ...saved));
    },
  );
  expect((await system.state(userId)).methods.map(({ id }) => id)).toEqual([charged?.id, 'b', 'c']);
});
