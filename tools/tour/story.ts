import type { BillingClient } from '../client/billing-client.ts';
import { jsonOf } from '../client/call.ts';
import type { EventStream, SeenEvent } from '../client/event-stream.ts';
import type { SandboxClient } from '../client/sandbox-client.ts';

type TourParts = {
  readonly userId: string;
  readonly client: BillingClient;
  readonly staff: BillingClient;
  readonly provider: SandboxClient;
  readonly events: EventStream;
  readonly print: (line: string) => void;
};

/** The last day of a long month, where wrong calendars show. */
const begins = '2027-01-31T09:00:00.000Z';

async function expectAccess({ client, print }: TourParts, active: boolean): Promise<void> {
  const entitlement = await jsonOf('entitlement', client.entitlement());
  if (entitlement['active'] !== active)
    throw new Error(`access should be ${active ? 'open' : 'closed'}: ${JSON.stringify(entitlement)}`);
  print(active ? `access: open until ${String(entitlement['valid_until'])}` : 'access: closed');
}

async function expectPeriod({ client, print }: TourParts, start: string, end: string): Promise<void> {
  const profile = await jsonOf('profile', client.profile());
  const [from, to] = [String(profile['period_start']).slice(0, 10), String(profile['period_end']).slice(0, 10)];
  if (from !== start || to !== end) throw new Error(`the period should be ${start} to ${end}, it is ${from} to ${to}`);
  print(`period: ${from} to ${to}`);
}

/** Buy, renew, a decline and its recovery, cancel, expire. Throws at the first step that does not happen. */
export async function runTour(parts: TourParts): Promise<void> {
  const { userId, client, staff, provider, events, print } = parts;
  const wait = (type: string): Promise<SeenEvent> => events.next(type, seenCount);
  let seenCount = 0;
  const step = (title: string): void => {
    seenCount = events.seen().length;
    print(`\n${title}`);
  };

  step('1. A subscriber buys the monthly tariff and pays on the page of the provider');
  const clockId = await staff.createClock('tour', begins);
  const bought = await jsonOf('buy', client.buy('month', { headers: { 'X-Test-Clock': clockId } }));
  print(`payment page: ${String(bought['redirect_url'])}`);
  await wait('payment.requires_action');
  await jsonOf('the payment page', provider.payPage(userId));
  await wait('subscription.activated');
  await wait('entitlement.changed');
  await expectAccess(parts, true);
  await expectPeriod(parts, '2027-01-31', '2027-02-28');

  step('2. A month passes; the saved card is charged again');
  await staff.advanceClock(clockId, '2027-02-28T10:00:00.000Z');
  await wait('subscription.renewed');
  await expectPeriod(parts, '2027-02-28', '2027-03-31');

  step('3. The next charge is declined; access stays during the retries');
  await provider.nextCharge(userId, 'insufficient_funds');
  await staff.advanceClock(clockId, '2027-03-31T10:00:00.000Z');
  await wait('subscription.past_due');
  await wait('dunning.retry_scheduled');
  await expectAccess(parts, true);

  step('4. A day later the card has money again; the billing date does not move');
  await staff.advanceClock(clockId, '2027-04-01T12:00:00.000Z');
  await wait('subscription.renewed');
  await expectPeriod(parts, '2027-03-31', '2027-04-30');

  step('5. The subscriber cancels; what was paid for lasts');
  await jsonOf('cancel', client.cancel());
  await wait('subscription.cancel_scheduled');
  await expectAccess(parts, true);

  step('6. The period ends, and access with it');
  await staff.advanceClock(clockId, '2027-04-30T10:00:00.000Z');
  await wait('subscription.expired');
  await expectAccess(parts, false);
}
