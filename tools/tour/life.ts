import { type Json, jsonOf } from '../client/call.ts';
import { inRoubles, type Stage } from './stage.ts';

/** The last day of a long month, where wrong calendars show. */
const begins = '2027-01-31T09:00:00.000Z';

/** The account says of the next charge what the notice said. */
async function expectAnnounced({ account, print }: Stage, notice: Json): Promise<void> {
  const { at, amount } = (await account())['next_charge'] as { at: string; amount: { amount_minor: number } };
  const { chargeAt, amount: announced } = notice as { chargeAt: string; amount: { amountMinor: number } };
  if (chargeAt !== at || announced.amountMinor !== amount.amount_minor)
    throw new Error(`the notice and the account disagree: ${JSON.stringify(notice)}, ${at}, ${amount.amount_minor}`);
  print(`announced: ${inRoubles(amount.amount_minor)} on ${at}`);
}

/** The newest payment says which notice announced it. */
async function expectNamed({ client, print }: Stage, notice: Json): Promise<void> {
  const history = await jsonOf('the history', client.ask('/api/v1/payments?limit=1'));
  const [newest] = history['data'] as readonly { readonly why: { readonly notice: Json | null } }[];
  const named = newest?.why.notice?.['id'];
  if (named !== notice['noticeId'])
    throw new Error(`the charge names ${String(named)}, not ${String(notice['noticeId'])}`);
  print(`the charge names its notice: ${String(named)}`);
}

/** Buy, a notice, renew, a decline and its recovery, cancel, expire. */
export async function tellLife(stage: Stage): Promise<void> {
  const { userId, client, provider, step, wait, advance, expectAccess, expectPeriod } = stage;

  step('A subscriber buys the monthly tariff and pays on the page of the provider');
  await stage.subscribe(begins);
  await expectAccess(true);
  await expectPeriod('2027-01-31', '2027-02-28');

  step('Three days before the month is over, the notice of the next charge');
  await advance('2027-02-25T10:00:00.000Z');
  const notice = (await wait('notice.renewal_upcoming')).data;
  await expectAnnounced(stage, notice);

  step('A month has passed; the saved card is charged again');
  await advance('2027-02-28T10:00:00.000Z');
  await wait('subscription.renewed');
  await expectPeriod('2027-02-28', '2027-03-31');
  await expectNamed(stage, notice);

  step('The next charge is declined; access stays during the retries');
  await provider.nextCharge(userId, 'insufficient_funds');
  await advance('2027-03-31T10:00:00.000Z');
  await wait('subscription.past_due');
  await wait('dunning.retry_scheduled');
  await expectAccess(true);

  step('A day later the card has money again; the billing date does not move');
  await advance('2027-04-01T12:00:00.000Z');
  await wait('subscription.renewed');
  await expectPeriod('2027-03-31', '2027-04-30');

  step('The subscriber cancels; what was paid for lasts');
  await jsonOf('cancel', client.cancel());
  await wait('subscription.cancel_scheduled');
  await expectAccess(true);

  step('The period ends, and access with it');
  await advance('2027-04-30T10:00:00.000Z');
  await wait('subscription.expired');
  await expectAccess(false);
}
