import { jsonOf } from '../client/call.ts';
import { inRoubles, type Stage } from './stage.ts';

const leaving = { mode: 'immediate', refund: 'prorated' };

/** A subscriber leaves in the middle of a month: the preview names the sum, and that sum comes back. */
export async function tellLeaving(stage: Stage): Promise<void> {
  const { client, step, wait, advance, expectAccess, print } = stage;

  step('Another subscriber buys the monthly tariff');
  await stage.subscribe('2027-01-31T09:00:00.000Z');

  step('Ten days later they ask what leaving now comes to; nothing happens yet');
  await advance('2027-02-10T09:00:00.000Z');
  const body = { command: 'subscription.cancel', ...leaving };
  const preview = await jsonOf('the preview', client.ask('/api/v1/preview', { body }));
  const [refund] = preview['refunds'] as readonly { readonly amount: { readonly amount_minor: number } }[];
  if (refund === undefined) throw new Error(`the preview names no refund: ${JSON.stringify(preview)}`);
  const sum = refund.amount.amount_minor;
  print(`would come back: ${inRoubles(sum)} of 299.00 RUB, for 18 days of 28`);
  await expectAccess(true);

  step('They leave now, with their money back');
  await jsonOf('cancel', client.cancel(leaving));
  await wait('subscription.canceled');
  await wait('refund.succeeded');
  await expectAccess(false);
  await stage.expectRefund(sum);
}
