import type { CommandInput } from '../../../domain/commands/index.ts';
import type { AwaitedCommandAnswer } from './command-answers.ts';
import type { HttpContext } from './http-context.ts';
import { problemOf } from '../contract/problem.ts';
import type { UserCall } from '../contract/route.ts';

type PayInput = Extract<CommandInput, { readonly type: 'subscription.pay' }>;

/** A tariff that is sold no more is known while the subscriber's last subscription has it. */
async function isTheirTariff({ store }: HttpContext, { userId, tariffId }: PayInput): Promise<boolean> {
  return (await store.load(userId))?.subscriber.subscription?.tariff.id === tariffId;
}

/** Refuses unknown ids at once. The consumer decides whether the tariff may be bought, because it has the state. */
async function refuseUnknown(http: HttpContext, input: PayInput): Promise<void> {
  const { catalogue, testClocks } = http;
  const { paySystem, tariffId, testClockId } = input;
  const [knownPaySystem, knownTariff, knownClock] = await Promise.all([
    catalogue.findPaySystem(paySystem),
    catalogue.findTariff(tariffId),
    testClockId === null ? null : (testClocks?.clocks.find(testClockId) ?? null),
  ]);
  if (knownPaySystem === null) throw problemOf('pay_system_not_found');
  if (knownTariff === null && !(await isTheirTariff(http, input))) throw problemOf('tariff_not_found');
  if (testClockId !== null && knownClock === null) throw problemOf('test_clock_not_found');
}

async function beforePay(http: HttpContext, input: PayInput): Promise<PayInput> {
  await refuseUnknown(http, input);
  return input;
}

/** A repeat may get a page that the provider has closed since. The page is polled, so the next repeat gets its end. */
function afterPay(
  { clock, policy, pollOpenPage }: HttpContext,
  { awaited }: AwaitedCommandAnswer,
  call: UserCall,
): void {
  if (awaited.kind !== 'ended' || awaited.outcome.kind !== 'requires_action') return;
  const { subscriber } = awaited;
  if (subscriber?.payment == null || clock.now() - subscriber.payment.createdRealAt < policy.pageShownMs) return;
  pollOpenPage(subscriber, call.trace);
}

/** What runs before and after the command of a payment; no other command has a hook. */
export const payHook = { before: beforePay, after: afterPay };
