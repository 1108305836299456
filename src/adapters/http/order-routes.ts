import { acceptCommand } from '../../application/accept-command.ts';
import type { AcceptCommandServices, CommandOrder } from '../../application/accept-command.ts';
import type { AwaitOutcome } from '../../application/await-outcomes.ts';
import { issueCommandToken } from '../../application/command-token.ts';
import type { Signer } from '../../application/command-token.ts';
import { answerBuy, answerCancel } from './command-answers.ts';
import type { AnswerServices, AwaitedCommandAnswer } from './command-answers.ts';
import { invalid, Problem } from './problem.ts';
import type { HttpOptions, HttpServices } from './http-services.ts';
import { preferredWaitMs, prefersJson } from './preferences.ts';
import type { Route, UserCall } from './route.ts';

export type OrderServices = {
  readonly house: HttpServices;
  readonly options: HttpOptions;
  readonly accept: AcceptCommandServices;
  readonly awaitOutcome: AwaitOutcome;
  readonly signer: Signer;
  readonly answers: AnswerServices;
};

const cancelPath = '/api/v1/subscriptions/cancel';

/** Publishes the order and waits for what becomes of it. Refuses when the acceptance is not certain. */
async function order(
  services: OrderServices,
  call: UserCall,
  what: { readonly order: CommandOrder; readonly route: string; readonly bodyText: string },
): Promise<AwaitedCommandAnswer> {
  const idempotencyKey = call.header('idempotency-key') ?? null;
  const actor = { kind: 'user', id: call.user.id } as const;
  const { kind, command } = await acceptCommand(services.accept, {
    ...what,
    actor,
    idempotencyKey,
    trace: call.trace,
  });
  const statusUrl = `/api/v1/commands/${issueCommandToken(services.signer, command)}`;
  if (kind !== 'accepted') {
    const members = kind === 'not_accepted' ? {} : { command_id: command.commandId, status_url: statusUrl };
    throw new Problem(503, '5003', { detail: kind, members, headers: { 'Retry-After': '1' } });
  }
  const awaited = await services.awaitOutcome({
    userId: command.userId,
    commandId: command.commandId,
    bodyHash: command.bodyHash,
    mayBeOld: idempotencyKey !== null,
    waitMs: preferredWaitMs(call.header('prefer')),
    signal: call.signal,
  });
  return { command, statusUrl, awaited };
}

type BuyBody = { readonly tariffId: string; readonly renew: boolean; readonly returnUrl: string | null };

function parseBuy(body: unknown, origins: readonly string[]): BuyBody {
  const { tariff_id, renew, return_url } = body as { tariff_id: string; renew: boolean; return_url?: string | null };
  const returnUrl = return_url ?? null;
  if (returnUrl !== null) {
    const { origin, username, password } = new URL(returnUrl);
    if (!origins.includes(origin) || username !== '' || password !== '') {
      throw invalid('body/return_url must begin with a listed origin');
    }
  }
  return { tariffId: tariff_id.toLowerCase(), renew, returnUrl };
}

/** What does not exist is refused at once; whether it may be bought is decided where the state is. */
async function refuseUnknown(services: OrderServices, paySystem: string, tariffId: string): Promise<void> {
  const { catalogue } = services.house;
  const [knownPaySystem, knownTariff] = await Promise.all([
    catalogue.findPaySystem(paySystem),
    catalogue.findTariff(tariffId),
  ]);
  if (knownPaySystem === null) throw new Problem(404, '3004');
  if (knownTariff === null) throw new Problem(404, '3002');
}

async function refuseUnknownClock(services: OrderServices, testClockId: string | null): Promise<void> {
  if (testClockId === null) return;
  const clock = (await services.house.testClocks?.clocks.find(testClockId)) ?? null;
  if (clock === null) throw new Problem(404, '4008', { detail: 'no such test clock' });
}

async function buy(services: OrderServices, call: UserCall): ReturnType<typeof answerBuy> {
  const body = parseBuy(call.body, services.options.returnUrlOrigins);
  const paySystem = call.path['pay_system'] ?? '';
  const testClockId = call.header('x-test-clock') ?? null;
  await refuseUnknown(services, paySystem, body.tariffId);
  await refuseUnknownClock(services, testClockId);
  const result = await order(services, call, {
    order: { type: 'subscription.pay', userId: call.user.id, paySystem, testClockId, ...body },
    route: `POST /api/v1/subscriptions/${paySystem}/buy`,
    bodyText: JSON.stringify([body.tariffId, body.renew, body.returnUrl]),
  });
  return answerBuy(services.answers, result, {
    json: prefersJson(call.header('accept')),
    returnUrl: body.returnUrl ?? services.options.returnUrl,
  });
}

async function cancel(services: OrderServices, call: UserCall): ReturnType<typeof answerCancel> {
  const body = (call.body ?? {}) as { mode?: 'period_end' | 'immediate'; reason?: string | null };
  const mode = body.mode ?? 'period_end';
  const reason = body.reason ?? null;
  const result = await order(services, call, {
    order: { type: 'subscription.cancel', userId: call.user.id, mode, reason },
    route: `POST ${cancelPath}`,
    bodyText: JSON.stringify([mode, reason]),
  });
  return answerCancel(result);
}

export const orderRoutes = (services: OrderServices): readonly Route[] => [
  {
    method: 'post',
    path: '/api/v1/subscriptions/{pay_system}/buy',
    access: 'user',
    takesBody: 'order',
    handle: (call) => buy(services, call),
  },
  {
    method: 'post',
    path: cancelPath,
    access: 'user',
    takesBody: 'order',
    handle: (call) => cancel(services, call),
  },
];
