import { describe, expect, test } from '@jest/globals';
import { usableContact } from '../../../src/domain/subscription/receipt-contact.ts';
import { dayMs, hourMs, minuteMs, secondMs, toIso } from '../../../src/domain/model/instant.ts';
import { tariffs, type TestSystem } from '../../support/test-system.ts';
import {
  clearContact,
  createReceiptSystem,
  createSubscribed,
  newYear,
  sentReceipts,
  setContact,
  user,
} from './receipts-system.ts';

const leaving = { type: 'subscription.cancel', mode: 'immediate', refund: 'prorated', reason: null } as const;
const types = (system: TestSystem): readonly string[] => system.facts(user).map(({ type }) => type);
const receiptOf = (vatCode: number, value: string, email = 'viewer@cinema.example') => ({
  customer: { email },
  internet: true,
  items: [
    {
      ...{ amount: { value, currency: 'RUB' }, description: 'Подписка «month» на 1 месяц', measure: 'piece' },
      ...{ payment_mode: 'full_payment', payment_subject: 'service', quantity: 1, vat_code: vatCode },
    },
  ],
  tax_system_code: 2,
});

describe('a receipt', () => {
  test('goes with a purchase and with each renewal', async () => {
    const system = await createSubscribed();
    await system.pass(32 * dayMs, hourMs);
    expect(types(system)).toContain('subscription.renewed');
    expect(sentReceipts(system)).toEqual([
      { path: '/payments', receipt: receiptOf(4, '299.00') },
      { path: '/payments', receipt: receiptOf(4, '299.00') },
    ]);
  });

  test('has the VAT rate of the day, and that of a refund the rate of its payment', async () => {
    const system = createReceiptSystem();
    system.clock.advance(newYear - 10 * dayMs - system.clock.now());
    await setContact(system);
    await system.pay(user);
    await system.payPage(user);
    system.clock.advance(15 * dayMs);
    await system.order(user, leaving);
    const [, refunded] = sentReceipts(system);
    expect(refunded).toMatchObject({
      path: '/refunds',
      receipt: { items: [{ vat_code: 4, description: 'Возврат: неиспользованная часть подписки' }] },
    });
    await system.pay(user);
    expect(sentReceipts(system).at(-1)).toMatchObject({ path: '/payments', receipt: { items: [{ vat_code: 11 }] } });
  });

  test('of a refund of the whole payment is the one of the payment: the provider repeats it', async () => {
    const system = createReceiptSystem();
    await setContact(system);
    await system.pay(user);
    const page = (await system.state(user)).payment?.providerPaymentId ?? '';
    await system.cancel(user, 'immediate');
    system.provider.finish(page, 'succeeded');
    await system.hint('payment', page);
    expect(sentReceipts(system)).toMatchObject([{ path: '/payments' }, { path: '/refunds', receipt: undefined }]);
    expect(types(system)).toContain('refund.succeeded');
  });

  test('of a part goes to the former contact where the subscriber has taken it back', async () => {
    const system = await createSubscribed();
    await clearContact(system);
    system.clock.advance(10 * dayMs);
    await system.order(user, leaving);
    expect(sentReceipts(system).at(-1)).toMatchObject({
      path: '/refunds',
      receipt: { customer: { email: 'viewer@cinema.example' } },
    });
    expect(types(system)).toContain('refund.succeeded');
  });

  test('that the provider refuses is our mistake: the subscription is held, and nothing was declined', async () => {
    const system = await createSubscribed();
    await system.pass(27 * dayMs, hourMs);
    system.provider.script({ kind: 'refused', status: 400, code: 'invalid_request', parameter: 'receipt' });
    await system.pass(2 * dayMs, hourMs);
    const { subscription } = await system.state(user);
    expect(subscription).toMatchObject({ status: 'active', held: { reason: 'receipt_refused' } });
    expect(types(system)).not.toContain('subscription.past_due');
    expect(system.errorLines()).toContainEqual(
      expect.objectContaining({ fields: expect.objectContaining({ detail: expect.stringContaining('the receipt') }) }),
    );
    expect(await system.staff(user, { type: 'subscription.release' })).toBe('completed');
    await system.pass(hourMs, minuteMs);
    expect(types(system)).toContain('subscription.renewed');
  });
});

describe('without a contact', () => {
  test('a purchase is refused, and nothing is created', async () => {
    const system = createReceiptSystem();
    const command = await system.pay(user);
    expect(await system.outcome(user, command.commandId)).toEqual({ kind: 'rejected', reason: 'contact_required' });
    expect(await system.state(user)).toMatchObject({ subscription: null, payment: null });
    expect(system.provider.sends()).toEqual([]);
  });

  test('a contact of a kind to which receipts cannot be sent is refused, and the one before it stays', async () => {
    const system = createReceiptSystem();
    const phone = { type: 'receipt_contact.set', email: null, phone: 'v1.Nzk' } as const;
    expect(await system.order(user, phone)).toEqual({ kind: 'rejected', reason: 'contact_unusable' });
    expect((await system.state(user)).receiptContact).toBeNull();
    await setContact(system);
    expect(await system.order(user, phone)).toMatchObject({ reason: 'contact_unusable' });
    expect((await system.state(user)).receiptContact).toMatchObject({ kind: 'email' });
  });

  test('one that was set when phones were taken does not count', async () => {
    const system = createReceiptSystem();
    await setContact(system);
    const subscriber = await system.state(user);
    const kept = { ...subscriber.receiptContact!, kind: 'phone' } as const;
    expect(usableContact({ ...subscriber, receiptContact: kept }, system.services.policy)).toBeNull();
    expect(usableContact(subscriber, system.services.policy)).not.toBeNull();
  });

  test('a renewal waits with two notices, access ends with the grace, and a contact lets it go on', async () => {
    const system = await createSubscribed();
    const bought = (await system.state(user)).subscription;
    const periodEnd = bought !== null && 'term' in bought ? (bought.term?.periodEnd ?? 0) : 0;
    await clearContact(system);
    await system.pass(periodEnd + 4 * dayMs - system.clock.now(), hourMs);
    const notices = system.facts(user).filter(({ type }) => type === 'notice.contact_missing');
    expect(notices).toHaveLength(2);
    expect(notices[0]).toMatchObject({ chargeAt: toIso(periodEnd), amount: { amountMinor: 29_900 } });
    expect(await system.state(user)).toMatchObject({
      ...{ subscription: { status: 'active' }, payment: null, entitlement: { active: false } },
    });
    expect(system.provider.sends()).toHaveLength(1);
    await setContact(system, 'new@cinema.example');
    await system.pass(hourMs, minuteMs);
    expect(types(system)).toContain('subscription.renewed');
    expect(sentReceipts(system).at(-1)).toMatchObject({ receipt: { customer: { email: 'new@cinema.example' } } });
    expect((await system.state(user)).entitlement?.active).toBe(true);
  });

  test('each notice has an id of its own, also where one falls due with another of an earlier renewal', async () => {
    const system = createReceiptSystem();
    await setContact(system);
    await system.pay(user, { tariffId: tariffs.day.id });
    await system.payPage(user);
    await system.pass(23 * hourMs, hourMs);
    await clearContact(system);
    await system.pass(2 * hourMs, hourMs);
    await setContact(system);
    await system.pass(2 * dayMs, hourMs);
    // Three days before the renewal that comes now the first one waited.
    await clearContact(system);
    const notices = system.facts(user).filter(({ type }) => type === 'notice.contact_missing');
    expect(notices).toHaveLength(3);
    expect(Date.parse(String(notices[2]?.['chargeAt'])) - Date.parse(String(notices[0]?.['chargeAt']))).toBe(3 * dayMs);
    expect(new Set(notices.map(({ noticeId }) => noticeId)).size).toBe(3);
  });

  test('a renewal waits no longer than dunning would, and the subscription ends', async () => {
    const system = await createSubscribed();
    await clearContact(system);
    await system.pass(64 * dayMs, hourMs);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'expired', cause: 'contact_missing' });
    expect(system.provider.sends()).toHaveLength(1);
  });

  describe('a purchase where access is over and the renewal waits', () => {
    async function createWaiting(): Promise<TestSystem> {
      const system = await createSubscribed();
      await clearContact(system);
      await system.pass(29 * dayMs, hourMs);
      expect(await buy(system)).toEqual({ kind: 'rejected', reason: 'already_subscribed' });
      await system.pass(3 * dayMs, hourMs);
      expect(await system.state(user)).toMatchObject({
        ...{ subscription: { status: 'active' }, entitlement: { active: false } },
      });
      return system;
    }
    const buy = async (system: TestSystem, tariffId = tariffs.month.id) =>
      system.outcome(user, (await system.pay(user, { tariffId })).commandId);

    test('says that it waits for a contact', async () => {
      const system = await createWaiting();
      const refused = { kind: 'rejected', reason: 'contact_required' };
      expect(await buy(system)).toEqual(refused);
      expect(await buy(system, tariffs.year.id)).toEqual(refused);
    });

    test('once its charge is out, says so', async () => {
      const system = await createWaiting();
      system.provider.script('not_done', 'not_done', 'not_done');
      await setContact(system);
      await system.pass(minuteMs, secondMs);
      expect((await system.state(user)).payment?.kind).toBe('charge');
      expect(await buy(system)).toEqual({ kind: 'rejected', reason: 'payment_in_progress' });
    });

    test('once it is held, says so, whatever the contact', async () => {
      const system = await createWaiting();
      system.provider.script({ kind: 'refused', status: 400, code: 'invalid_request', parameter: 'receipt' });
      await setContact(system);
      await system.pass(minuteMs, secondMs);
      expect((await system.state(user)).subscription).toMatchObject({ status: 'active', held: {} });
      await clearContact(system);
      expect(await buy(system)).toEqual({ kind: 'rejected', reason: 'subscription_held' });
    });
  });

  test('a retry is refused, and the next attempt waits', async () => {
    const system = await createSubscribed();
    const { methods } = await system.state(user);
    system.provider.setMethod(methods[0]?.id ?? '', { always: 'insufficient_funds' });
    await system.pass(31 * dayMs, hourMs);
    expect((await system.state(user)).subscription?.status).toBe('past_due');
    await clearContact(system);
    const sends = system.provider.sends().length;
    expect(await system.order(user, { type: 'payment.retry' })).toMatchObject({ reason: 'contact_required' });
    await system.pass(2 * dayMs, hourMs);
    expect(system.provider.sends()).toHaveLength(sends);
    await setContact(system);
    await system.pass(2 * dayMs, hourMs);
    expect(system.provider.sends().length).toBeGreaterThan(sends);
  });
});

describe('an open page', () => {
  test('is shown again while its receipt is the same', async () => {
    const system = createReceiptSystem();
    await setContact(system);
    await system.pay(user);
    await system.pay(user);
    expect(system.provider.sends()).toHaveLength(1);
  });

  test.each([
    ['the contact has changed', (system: TestSystem) => setContact(system, 'new@cinema.example')],
    ['the VAT rate has changed', (system: TestSystem) => system.pass(10 * minuteMs, minuteMs)],
  ])('is replaced where %s', async (_why, change) => {
    const system = createReceiptSystem();
    system.clock.advance(newYear - 5 * minuteMs - system.clock.now());
    await setContact(system);
    await system.pay(user);
    await change(system);
    await system.pay(user);
    expect(system.provider.sends()).toHaveLength(2);
  });
});
