import { describe, expect, test } from '@jest/globals';
import { previewCommand } from '../../../src/application/requests/preview-command.ts';
import { readAccount } from '../../../src/application/requests/read-account.ts';
import type { PayCommand } from '../../../src/domain/commands/pay.ts';
import { dayMs, hourMs } from '../../../src/domain/model/instant.ts';
import { createMemoryCatalogue } from '../../fakes/catalogue.ts';
import { createSystemWithActive, tariffs, type TestSystem } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';
const terms = { tariffId: tariffs.month.id, paySystem: 'yookassa', returnUrl: null, testClockId: null };
const notFound = { kind: 'rejected', reason: 'tariff_not_found' };

/** The operators end the monthly tariff. */
function endTariff({ services }: TestSystem): void {
  const paySystem = { id: 'p', name: 'ЮKassa', alias: 'yookassa', currencyCode: 'RUB', data: {} };
  Object.assign(services.catalogue, createMemoryCatalogue([tariffs.day, tariffs.year], [paySystem]));
}

/** Its outcome, which the preview and the account have said before. */
async function outcomeOf(system: TestSystem, more: Pick<PayCommand, 'renew'> = { renew: true }) {
  const services = { ...system.services, testClocks: null };
  const previewed = await previewCommand(services, { type: 'subscription.pay', userId: user, ...terms, ...more });
  const { actions } = await readAccount(services, user, () => undefined);
  const outcome = await system.outcome(user, (await system.pay(user, more)).commandId);
  const reason = outcome?.kind === 'rejected' ? outcome.reason : null;
  expect(previewed.refusedBecause).toBe(reason);
  // The account says it of a purchase with renewal.
  if (more.renew) expect(actions).toContainEqual({ command: 'subscription.pay', refusedBecause: reason });
  return outcome;
}

async function createPastDue(): Promise<TestSystem> {
  const system = await createSystemWithActive(user);
  const [method] = (await system.state(user)).methods;
  system.provider.setMethod(method?.id ?? '', { always: 'card_expired' });
  await system.pass(28 * dayMs, 6 * hourMs);
  endTariff(system);
  return system;
}

describe('a tariff that is sold no more', () => {
  test('sells the due period of its subscription on a page, at the pinned price', async () => {
    const system = await createPastDue();
    expect(await outcomeOf(system)).toMatchObject({ kind: 'requires_action' });
    expect(await system.payPage(user)).toMatchObject({ periodKey: 'period:1', purchase: null });
    expect((await system.state(user)).subscription).toMatchObject({ status: 'active', term: { periodIndex: 1 } });
    expect(system.provider.sends().at(-1)?.order).toMatchObject({ amount: { amountMinor: 29_900 } });
  });

  test('is paid ahead by one who does not renew', async () => {
    const system = await createSystemWithActive(user, { renew: false });
    endTariff(system);
    expect(await outcomeOf(system, { renew: false })).toMatchObject({ kind: 'requires_action' });
    await system.payPage(user);
    expect((await system.state(user)).subscription).toMatchObject({ status: 'active', term: { periodIndex: 1 } });
    expect(await outcomeOf(system, { renew: false })).toEqual({ kind: 'rejected', reason: 'already_prepaid' });
  });

  test('says of one that renews that it is bought already', async () => {
    const system = await createSystemWithActive(user);
    endTariff(system);
    expect(await outcomeOf(system)).toEqual({ kind: 'rejected', reason: 'already_subscribed' });
  });

  test('begins no subscription: after a cancel while past due, and after the end', async () => {
    const system = await createPastDue();
    await system.cancel(user);
    expect(await outcomeOf(system)).toEqual(notFound);
    await system.pass(5 * dayMs, 6 * hourMs);
    expect((await system.state(user)).subscription?.status).toBe('expired');
    expect(await outcomeOf(system)).toEqual(notFound);
    expect((await system.state(user)).payment).toBeNull();
  });

  test('begins none where the end has come and was not handled yet', async () => {
    const system = await createSystemWithActive(user, { renew: false });
    endTariff(system);
    system.clock.advance(29 * dayMs);
    expect(await outcomeOf(system)).toEqual(notFound);
  });

  test('begins none while an open page keeps the subscription past its end, and that page is shown again', async () => {
    const system = await createSystemWithActive(user, { renew: false });
    endTariff(system);
    system.clock.advance(28 * dayMs - hourMs / 2);
    expect(await outcomeOf(system, { renew: false })).toMatchObject({ kind: 'requires_action' });
    await system.pass(hourMs / 2 + 1);
    const { payment } = await system.state(user);
    expect(await outcomeOf(system, { renew: false })).toMatchObject({ kind: 'requires_action' });
    expect(await outcomeOf(system, { renew: true })).toEqual(notFound);
    expect((await system.state(user)).payment?.id).toBe(payment?.id);
  });
});
