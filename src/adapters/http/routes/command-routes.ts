import { acceptCommand } from '../../../application/accept-command.ts';
import type { CommandInput } from '../../../domain/commands/index.ts';
import { issueCommandToken } from './command-token.ts';
import { answerBuy, answerCancel, type AwaitedCommandAnswer } from './command-answers.ts';
import type { HttpContext } from './http-context.ts';
import { Problem } from '../contract/problem.ts';
import { preferredWaitMs, prefersJson } from '../contract/preferences.ts';
import { parseReturnUrl } from '../contract/return-url.ts';
import type { Answer, Routes, UserCall } from '../contract/route.ts';

/** Publishes the order and waits for what becomes of it. Refuses when the acceptance is not certain. */
async function submit(
  http: HttpContext,
  call: UserCall,
  what: { readonly input: CommandInput; readonly route: string; readonly bodyText: string },
): Promise<AwaitedCommandAnswer> {
  const idempotencyKey = call.header('idempotency-key') ?? null;
  const actor = { kind: 'user', id: call.user.id } as const;
  const { kind, command } = await acceptCommand(http, {
    ...what,
    actor,
    idempotencyKey,
    trace: call.trace,
  });
  const statusUrl = `/api/v1/commands/${issueCommandToken(http.signer, command)}`;
  if (kind !== 'accepted') {
    const members = kind === 'not_accepted' ? {} : { command_id: command.commandId, status_url: statusUrl };
    throw new Problem(503, '5003', { detail: kind, members, headers: { 'Retry-After': '1' } });
  }
  const awaited = await http.awaitOutcome({
    userId: command.userId,
    commandId: command.commandId,
    bodyHash: command.bodyHash,
    mayBeOld: idempotencyKey !== null,
    until: 'answer',
    waitMs: preferredWaitMs(call.header('prefer')),
    signal: call.signal,
  });
  return { command, statusUrl, awaited };
}

type BuyBody = { readonly tariffId: string; readonly renew: boolean; readonly returnUrl: string | null };

function parseBuy(body: unknown, origins: readonly string[]): BuyBody {
  const { tariff_id, renew, return_url } = body as { tariff_id: string; renew: boolean; return_url?: string | null };
  const returnUrl = return_url == null ? null : parseReturnUrl(return_url, origins);
  return { tariffId: tariff_id.toLowerCase(), renew, returnUrl };
}

/** What does not exist is refused at once; whether it may be bought is decided where the state is. */
async function refuseUnknown(
  { catalogue, testClocks }: HttpContext,
  { paySystem, tariffId, testClockId }: { paySystem: string; tariffId: string; testClockId: string | null },
): Promise<void> {
  const [knownPaySystem, knownTariff, knownClock] = await Promise.all([
    catalogue.findPaySystem(paySystem),
    catalogue.findTariff(tariffId),
    testClockId === null ? null : (testClocks?.clocks.find(testClockId) ?? null),
  ]);
  if (knownPaySystem === null) throw new Problem(404, '3004');
  if (knownTariff === null) throw new Problem(404, '3002');
  if (testClockId !== null && knownClock === null) throw new Problem(404, '4008', { detail: 'no such test clock' });
}

/** A repeat may lead to a page that the provider has closed meanwhile; the next one is to know. */
function pollOldPage(
  { clock, policy, pollOpenPage }: HttpContext,
  { awaited }: AwaitedCommandAnswer,
  call: UserCall,
): void {
  if (awaited.kind !== 'ended' || awaited.outcome.kind !== 'requires_action') return;
  const { subscriber } = awaited;
  if (subscriber?.payment == null || clock.now() - subscriber.payment.createdRealAt < policy.pageShownMs) return;
  pollOpenPage(subscriber, call.trace);
}

async function buy(http: HttpContext, call: UserCall): Promise<Answer> {
  const body = parseBuy(call.body, http.options.returnUrlOrigins);
  const paySystem = call.path['pay_system'] ?? '';
  const testClockId = call.header('x-test-clock') ?? null;
  const wanted = { ...body, paySystem, testClockId };
  await refuseUnknown(http, wanted);
  const result = await submit(http, call, {
    input: { type: 'subscription.pay', userId: call.user.id, ...wanted },
    route: `POST /api/v1/subscriptions/${paySystem}/buy`,
    bodyText: JSON.stringify([body.tariffId, body.renew, body.returnUrl]),
  });
  pollOldPage(http, result, call);
  return answerBuy(http, result, {
    json: prefersJson(call.header('accept')),
    returnUrl: body.returnUrl ?? http.options.returnUrl,
  });
}

async function cancel(http: HttpContext, call: UserCall): Promise<Answer> {
  const body = (call.body ?? {}) as { mode?: 'period_end' | 'immediate'; reason?: string | null };
  const mode = body.mode ?? 'period_end';
  const reason = body.reason ?? null;
  const result = await submit(http, call, {
    input: { type: 'subscription.cancel', userId: call.user.id, mode, reason },
    route: 'POST /api/v1/subscriptions/cancel',
    bodyText: JSON.stringify([mode, reason]),
  });
  return answerCancel(result);
}

export const commandRoutes = (http: HttpContext): Routes => ({
  buySubscription: { access: 'user', handle: (call) => buy(http, call) },
  cancelSubscription: { access: 'user', handle: (call) => cancel(http, call) },
});
