import { describe, expect, test } from '@jest/globals';
import { createFakeProvider, type FakeProvider } from '../../fakes/payment-provider.ts';
import type { Instant } from '../../../src/domain/model/instant.ts';
import type { ProviderRequest } from '../../../src/domain/model/provider.ts';
import { paymentProviderSuite } from '../../contract/payment-provider-suite.ts';
import { noon } from '../../contract/samples.ts';

const amount = { amountMinor: 29_900, currency: 'RUB' };
const checkout: ProviderRequest = {
  kind: 'checkout',
  amount,
  description: 'Base',
  returnUrl: null,
  saveMethod: true,
  metadata: { paymentId: 'p-1', userId: 'u-1', testClockId: null },
};
const open = (): FakeProvider => createFakeProvider({ now: () => noon });
const send = (fake: FakeProvider, order = checkout, key = 'k-1') => fake.send(fake.freeze(order), key, 'r-1');

paymentProviderSuite('the fake', () => {
  const clocks = new Map<string, Instant>();
  const fake = createFakeProvider({ now: (clockId) => (clockId === null ? noon : (clocks.get(clockId) ?? noon)) });
  const done = (act: () => unknown): Promise<void> => {
    act();
    return Promise.resolve();
  };
  return Promise.resolve({
    provider: fake,
    readShop: fake.readShop,
    withReceipts: (receipts) => createFakeProvider({ now: () => noon, receipts }),
    accountId: '100500',
    payPage: (id) => done(() => fake.finish(id, 'succeeded')),
    holdPage: async (order) => {
      const outcome = await fake.send(fake.freeze(order), `hold-${order.metadata.paymentId}`, 'r-1');
      const id = outcome.kind === 'answered' ? outcome.object.id : 'none';
      return fake.finish(id, 'waiting_for_capture').id;
    },
    scriptMethod: (id, next) => done(() => fake.setMethod(id, { next })),
    scriptRefund: (next) => done(() => fake.scriptRefunds(next)),
    spoilNextSend: (_resource, how) =>
      done(() => fake.script(how === 'sent_away' ? { kind: 'unsent', reason: 'too_many_requests' } : how)),
    spoilNextRead: () => done(() => fake.failReads(1)),
    setClock: (clockId, now) => done(() => clocks.set(clockId, now)),
    countOperations: (paymentId) =>
      Promise.resolve(fake.entries().filter(({ object }) => object.metadata.paymentId === paymentId).length),
    endBinding: (id, result) => done(() => fake.endBinding(id, result)),
    countBindings: (bindId) =>
      Promise.resolve(fake.bindings().filter(({ metadata }) => metadata.bindId === bindId).length),
  });
});

describe('the fake, beyond the contract', () => {
  test('it is deterministic: the same script gives the same objects', async () => {
    const [first, second] = [open(), open()];
    expect(await send(first)).toEqual(await send(second));
  });

  test('every send is recorded with what the provider did, whatever it answered', async () => {
    const fake = open();
    fake.script('not_done', 'lost', { kind: 'unsent', reason: 'econnrefused' });
    for (const kind of ['unknown', 'unknown', 'unsent', 'answered']) expect(await send(fake)).toMatchObject({ kind });
    expect(fake.sends().map(({ isDone }) => isDone)).toEqual([false, true, false, true]);
    expect(fake.entries()).toHaveLength(1);
  });

  test('a hanging send is done, and answered when released', async () => {
    const fake = open();
    fake.script('hang', 'hang');
    const first = send(fake);
    expect(fake.entries()).toHaveLength(1);
    fake.release('answer');
    expect(await first).toMatchObject({ kind: 'answered' });
    const second = send(fake);
    fake.release('timeout');
    expect(await second).toEqual({ kind: 'unknown', reason: 'timeout' });
  });

  test('a page may expire, be paid without saving, or be reported with another amount', async () => {
    const fake = open();
    await send(fake, checkout, 'k-1');
    await send(fake, checkout, 'k-2');
    const [expired, paid] = fake.entries().map(({ object }) => object.id);
    expect(fake.finish(expired!, 'expired_on_confirmation')).toMatchObject({
      status: 'canceled',
      cancellation: { reason: 'expired_on_confirmation' },
    });
    expect(fake.finish(paid!, 'succeeded', false)).toMatchObject({ status: 'succeeded', method: { saved: false } });
    fake.alter(paid!, { amount: { ...amount, amountMinor: 100 } });
    expect(await fake.read('payment', paid!, 'r-1')).toMatchObject({ object: { amount: { amountMinor: 100 } } });
    expect(() => fake.finish(paid!, 'succeeded')).toThrow('Nothing is pending');
  });

  test('a repeat is answered with the first state of the object, a read with the present one', async () => {
    const fake = open();
    const first = await send(fake);
    fake.finish(fake.entries()[0]!.object.id, 'succeeded');
    expect(await send(fake)).toEqual(first);
    expect(await fake.read('payment', fake.entries()[0]!.object.id, 'r-1')).toMatchObject({
      object: { status: 'succeeded' },
    });
  });

  test('a page ends after its hour, or outlives it where the test wants that', async () => {
    let now = noon;
    const late = async (fake: FakeProvider) => {
      now = noon;
      await send(fake);
      now += 2 * 3_600_000;
      return fake.entries().map(({ object }) => [object.status, object.cancellation?.reason]);
    };
    const [own, endless] = [createFakeProvider({ now: () => now }), createFakeProvider({ now: () => now })];
    endless.keepPagesOpen();
    expect(await late(own)).toEqual([['canceled', 'expired_on_confirmation']]);
    expect(await late(endless)).toEqual([['pending', undefined]]);
    expect(endless.finish(endless.entries()[0]!.object.id, 'succeeded').status).toBe('succeeded');
  });

  test('slots can run out', () => {
    const fake = open();
    fake.setSlots(1);
    const slot = fake.acquireSlot();
    expect(fake.acquireSlot()).toBeNull();
    slot?.release();
    expect(fake.acquireSlot()).not.toBeNull();
  });
});
