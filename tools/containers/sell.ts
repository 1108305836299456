import { randomUUID } from 'node:crypto';
import type { System } from '../../stack/embedded-stack.ts';
import { StackFailure } from '../../stack/stack-failure.ts';
import { openBillingClient } from '../client/billing-client.ts';
import { jsonOf } from '../client/call.ts';
import { eventually } from '../client/eventually.ts';
import { createSandboxClient } from '../client/sandbox-client.ts';

/** Containers on two shared cores: the first purchase also loads what the later ones find. */
const wait = { patienceMs: 60_000, everyMs: 200 };

/** Sells a subscription to each of some new users, through the ports of the containers. */
export async function sell({ ports }: System, buyers: number): Promise<void> {
  const sandbox = createSandboxClient(`http://127.0.0.1:${ports.sandbox}`);
  const sellOne = async (): Promise<void> => {
    const userId = randomUUID();
    const client = await openBillingClient(`http://127.0.0.1:${ports.api}`, { userId }, { BILLING_ENV: 'development' });
    const bought = await jsonOf('the purchase', client.buy('month'));
    const paymentId = new URL(String(bought['redirect_url'])).pathname.split('/').at(-1);
    const paid = await sandbox.payById(paymentId);
    if (paid.status >= 400) throw new StackFailure(`The payment page answered ${paid.status}: ${paid.text}`);
    await eventually(
      () => jsonOf('the entitlement', client.entitlement()),
      (entitlement) => entitlement['active'] === true,
      wait,
    );
  };
  await Promise.all(Array.from({ length: buyers }, sellOne));
}
