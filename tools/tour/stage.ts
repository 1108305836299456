import type { BillingClient } from '../client/billing-client.ts';
import { type Json, jsonOf } from '../client/call.ts';
import type { EventStream, SeenEvent } from '../client/event-stream.ts';
import type { SandboxClient } from '../client/sandbox-client.ts';

export type TourParts = {
  readonly userId: string;
  readonly client: BillingClient;
  readonly staff: BillingClient;
  readonly provider: SandboxClient;
  readonly events: EventStream;
  readonly print: (line: string) => void;
};

/** One subscriber on a clock of their own, and what a story does with them. Whatever does not happen throws. */
export function createStage(parts: TourParts) {
  const { userId, client, staff, provider, events, print } = parts;
  let seenCount = 0;
  let stepNo = 0;
  let clockId = '';

  /** Announces a step. Events count from here on. */
  function step(title: string): void {
    seenCount = events.seen().length;
    stepNo += 1;
    print(`\n${stepNo}. ${title}`);
  }

  const wait = (type: string): Promise<SeenEvent> => events.next(type, seenCount);
  const advance = (to: string): Promise<void> => staff.advanceClock(clockId, to);
  const account = (): Promise<Json> => jsonOf('account', client.ask('/api/v1/account'));

  /** Buys the monthly tariff on a new clock, and pays on the page of the provider. */
  async function subscribe(begins: string): Promise<void> {
    clockId = await staff.createClock('tour', begins);
    const bought = await jsonOf('buy', client.buy('month', { headers: { 'X-Test-Clock': clockId } }));
    print(`payment page: ${String(bought['redirect_url'])}`);
    await wait('payment.requires_action');
    await jsonOf('the payment page', provider.payPage(userId));
    await wait('subscription.activated');
    await wait('entitlement.changed');
  }

  async function expectAccess(active: boolean): Promise<void> {
    const entitlement = await jsonOf('entitlement', client.entitlement());
    if (entitlement['active'] !== active)
      throw new Error(`access should be ${active ? 'open' : 'closed'}: ${JSON.stringify(entitlement)}`);
    print(active ? `access: open until ${String(entitlement['valid_until'])}` : 'access: closed');
  }

  async function expectPeriod(start: string, end: string): Promise<void> {
    const profile = await jsonOf('profile', client.profile());
    const [from, to] = [String(profile['period_start']).slice(0, 10), String(profile['period_end']).slice(0, 10)];
    if (from !== start || to !== end)
      throw new Error(`the period should be ${start} to ${end}, it is ${from} to ${to}`);
    print(`period: ${from} to ${to}`);
  }

  /** The refund that the provider has made for the subscriber; it has to be of that amount. */
  async function expectRefund(amountMinor: number): Promise<void> {
    const refunds = (await provider.operationsOf(userId)).filter((operation) => 'payment_id' in operation);
    const amounts = refunds.map(({ amount, status }) => [Math.round(Number((amount as Json)['value']) * 100), status]);
    if (JSON.stringify(amounts) !== JSON.stringify([[amountMinor, 'succeeded']]))
      throw new Error(`one refund of ${amountMinor} was expected: ${JSON.stringify(amounts)}`);
    print(`the provider has paid back ${inRoubles(amountMinor)}`);
  }

  return { ...parts, step, wait, advance, account, subscribe, expectAccess, expectPeriod, expectRefund };
}

export type Stage = ReturnType<typeof createStage>;

export const inRoubles = (amountMinor: number): string => `${(amountMinor / 100).toFixed(2)} RUB`;
