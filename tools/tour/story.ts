import type { BillingClient } from '../client/billing-client.ts';
import { jsonOf } from '../client/call.ts';
import type { EventStream, SeenEvent } from '../client/event-stream.ts';
import type { SandboxClient } from '../client/sandbox-client.ts';

type Teller = {
  readonly userId: string;
  readonly client: BillingClient;
  readonly staff: BillingClient;
  readonly provider: SandboxClient;
  readonly events: EventStream;
  readonly tell: (line: string) => void;
};

/** The story begins on the last day of a long month, where wrong calendars show. */
const begins = '2027-01-31T09:00:00.000Z';

async function expectAccess({ client, tell }: Teller, active: boolean): Promise<void> {
  const entitlement = await jsonOf('entitlement', client.entitlement());
  if (entitlement['active'] !== active)
    throw new Error(`access should be ${active ? 'open' : 'closed'}: ${JSON.stringify(entitlement)}`);
  tell(active ? `access: open until ${String(entitlement['valid_until'])}` : 'access: closed');
}

async function expectPeriod({ client, tell }: Teller, start: string, end: string): Promise<void> {
  const profile = await jsonOf('profile', client.profile());
  const [from, to] = [String(profile['period_start']).slice(0, 10), String(profile['period_end']).slice(0, 10)];
  if (from !== start || to !== end) throw new Error(`the period should be ${start} to ${end}, it is ${from} to ${to}`);
  tell(`period: ${from} to ${to}`);
}

/** Buy, pay, a month passes, renew, a decline and its recovery, cancel, expire. Throws at the first step that does not happen. */
export async function tellStory(teller: Teller): Promise<void> {
  const { userId, client, staff, provider, events, tell } = teller;
  const wait = (type: string): Promise<SeenEvent> => events.next(type, seenCount);
  let seenCount = 0;
  const chapter = (title: string): void => {
    seenCount = events.seen().length;
    tell(`\n${title}`);
  };

  chapter('1. A subscriber buys the monthly tariff and pays on the page of the provider');
  const clockId = await staff.createClock('tour', begins);
  const bought = await jsonOf('buy', client.buy('month', { headers: { 'X-Test-Clock': clockId } }));
  tell(`payment page: ${String(bought['redirect_url'])}`);
  await wait('payment.requires_action');
  await jsonOf('the payment page', provider.payPage(userId));
  await wait('subscription.activated');
  await wait('entitlement.changed');
  await expectAccess(teller, true);
  await expectPeriod(teller, '2027-01-31', '2027-02-28');

  chapter('2. A month passes; the saved card is charged again');
  await staff.advanceClock(clockId, '2027-02-28T10:00:00.000Z');
  await wait('subscription.renewed');
  await expectPeriod(teller, '2027-02-28', '2027-03-31');

  chapter('3. The next charge is declined; access stays during the retries');
  await provider.nextCharge(userId, 'insufficient_funds');
  await staff.advanceClock(clockId, '2027-03-31T10:00:00.000Z');
  await wait('subscription.past_due');
  await wait('dunning.retry_scheduled');
  await expectAccess(teller, true);

  chapter('4. A day later the card has money again; the billing date does not move');
  await staff.advanceClock(clockId, '2027-04-01T12:00:00.000Z');
  await wait('subscription.renewed');
  await expectPeriod(teller, '2027-03-31', '2027-04-30');

  chapter('5. The subscriber cancels; what was paid for lasts');
  await jsonOf('cancel', client.cancel());
  await wait('subscription.cancel_scheduled');
  await expectAccess(teller, true);

  chapter('6. The period ends, and access with it');
  await staff.advanceClock(clockId, '2027-04-30T10:00:00.000Z');
  await wait('subscription.expired');
  await expectAccess(teller, false);
}
