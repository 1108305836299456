import { type Json, jsonOf } from '../client/call.ts';
import type { Stage } from './stage.ts';

const hourMs = 3_600_000;

/** A card is unlinked while its charge is on the way: the charge succeeds at the bank, and its money goes back. */
export async function tellUnlink(stage: Stage): Promise<void> {
  const { userId, client, provider, step, wait, advance, account, expectAccess, print } = stage;

  step('A third subscriber buys the monthly tariff; the card is saved');
  await stage.subscribe('2027-01-31T09:00:00.000Z');
  const [method] = (await account())['payment_methods'] as readonly Json[];
  print(`saved: ${String(method?.['title'])}`);

  step('A month later the card is charged, and the bank takes hours to answer');
  const fault = { on: 'POST /v3/payments', kind: 'pending_then_succeeded', about: userId, ms: 5 * hourMs };
  await jsonOf('the bank', provider.control('faults', fault));
  await advance('2027-02-28T10:00:00.000Z');
  await wait('payment.created');
  const charge = (await provider.operationsOf(userId)).at(-1);
  if (charge?.['status'] !== 'pending') throw new Error(`the charge should be pending: ${JSON.stringify(charge)}`);
  print('the charge: pending at the bank');
  await expectAccess(true);

  step('Meanwhile the subscriber unlinks the card');
  const path = `/api/v1/payment-methods/${encodeURIComponent(String(method?.['id']))}`;
  await jsonOf('unlink', client.ask(path, { method: 'DELETE' }));
  await wait('payment_method.unlinked');
  if (((await account())['payment_methods'] as readonly Json[]).length > 0) throw new Error('the card is still there');
  print('no card is left');
  await expectAccess(false);

  step('The bank takes the money after all; it buys nothing, and goes back in full');
  await advance('2027-02-28T16:00:00.000Z');
  await wait('refund.succeeded');
  await stage.expectRefund(29_900);
}
