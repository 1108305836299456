import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { hourMs, type Instant } from '../../src/domain/model/instant.ts';
import type { ProviderMethod, ProviderRequest, SendOutcome } from '../../src/domain/model/provider.ts';
import { amount, bind, charge } from './payment-provider-requests.ts';
import type { ProviderHarness } from './provider-harness.ts';

const start: Instant = Date.UTC(2031, 4, 31, 9, 30);
const trace = 'contract-bind';
const sbp = { methodType: 'sbp', confirmation: 'qr' } as const;

/** The part of the provider's suite about methods that are bound without a payment. */
export function bindingSuite(harness: () => ProviderHarness): void {
  const send = (order: ProviderRequest, key: string = randomUUID()): Promise<SendOutcome> =>
    harness().provider.send(harness().provider.freeze(order), key, trace);
  const method = (outcome: SendOutcome): ProviderMethod => {
    if (outcome.kind === 'answered' && outcome.object.object === 'payment_method') return outcome.object;
    throw new Error(`Not a method: ${JSON.stringify(outcome)}`);
  };
  const read = (id: string) => harness().provider.read('payment_method', id, trace);
  const bound = async (order = bind()): Promise<string> => {
    const { id } = method(await send(order));
    await harness().endBinding(id, 'active');
    return id;
  };

  describe('binding', () => {
    test('a card is confirmed on a page, saved, and can be charged', async () => {
      const order = bind();
      const open = method(await send(order));
      expect(open).toMatchObject({
        ...{ status: 'pending', saved: false, type: 'bank_card', last4: null, expiry: null },
        ...{ metadata: order.metadata, accountId: harness().accountId },
        confirmation: { kind: 'redirect', address: expect.stringMatching(/^https?:\/\//) },
      });
      await harness().endBinding(open.id, 'active');
      expect(await read(open.id)).toMatchObject({
        kind: 'found',
        object: {
          ...{ id: open.id, status: 'active', saved: true, confirmation: null, metadata: order.metadata },
          ...{ last4: '4444', brand: 'MasterCard', expiry: expect.stringMatching(/^\d{4}-12$/) },
        },
      });
      expect(await send(charge(open.id))).toMatchObject({
        object: { status: 'succeeded', amount, method: { id: open.id, last4: '4444' } },
      });
    });

    test('an account is linked by a code of SBP, and can be charged', async () => {
      const open = method(await send(bind(sbp)));
      expect(open).toMatchObject({ type: 'sbp', status: 'pending', confirmation: { kind: 'qr' } });
      await harness().endBinding(open.id, 'active');
      expect(await read(open.id)).toMatchObject({
        object: { type: 'sbp', status: 'active', title: 'SBP', last4: null, bankId: '100000000111' },
      });
      expect(await send(charge(open.id))).toMatchObject({ object: { status: 'succeeded', method: { type: 'sbp' } } });
    });

    test('SBP has a page as well, and a card has no code', async () => {
      const page = method(await send(bind({ ...sbp, confirmation: 'redirect' })));
      expect(page.confirmation?.kind).toBe('redirect');
      const refused = { kind: 'refused', status: 400, parameter: 'confirmation.type' };
      expect(await send(bind({ confirmation: 'qr' }))).toMatchObject(refused);
    });

    test.each([bind(), bind(sbp)])('what fails, fails in silence: inactive, without a reason: %o', async (order) => {
      const { id } = method(await send(order));
      await harness().endBinding(id, 'inactive');
      expect(await read(id)).toMatchObject({ object: { status: 'inactive', saved: false, confirmation: null } });
    });

    test('a page lives for an hour', async () => {
      const clockId = `clock-${randomUUID()}`;
      await harness().setClock(clockId, start);
      const { id } = method(await send(bind({}, clockId)));
      await harness().setClock(clockId, start + hourMs - 1);
      expect(await read(id)).toMatchObject({ object: { status: 'pending' } });
      await harness().setClock(clockId, start + hourMs);
      expect(await read(id)).toMatchObject({ object: { status: 'inactive' } });
    });

    test('only what is saved can be charged', async () => {
      const refused = { kind: 'refused', status: 400, parameter: 'payment_method_id' };
      const { id } = method(await send(bind()));
      expect(await send(charge(id))).toMatchObject(refused);
      await harness().endBinding(id, 'inactive');
      expect(await send(charge(id))).toMatchObject(refused);
      expect(await send(charge(await bound()))).toMatchObject({ object: { status: 'succeeded' } });
    });

    test('a lost answer is unknown, and a repeat of the key is the same binding with its page', async () => {
      const order = bind();
      const key = randomUUID();
      await harness().spoilNextSend('payment_methods', 'lost');
      expect(await send(order, key)).toMatchObject({ kind: 'unknown' });
      const repeated = method(await send(order, key));
      expect(repeated).toMatchObject({ status: 'pending', confirmation: { kind: 'redirect' } });
      expect(await harness().countBindings(order.metadata.bindId)).toBe(1);
    });

    test('an unknown binding is absent, and one that was not done does not exist', async () => {
      expect(await read('22e12f66-0037-5000-8000-18db351245c7')).toEqual({ kind: 'absent' });
      const order = bind();
      await harness().spoilNextSend('payment_methods', 'not_done');
      expect(await send(order)).toMatchObject({ kind: 'unknown' });
      expect(await harness().countBindings(order.metadata.bindId)).toBe(0);
    });
  });
}
