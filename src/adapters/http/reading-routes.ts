import type { AwaitOutcome } from '../../application/await-outcomes.ts';
import { readCommandToken } from '../../application/command-token.ts';
import type { CommandClaim, Signer } from '../../application/command-token.ts';
import { readCommandStatus } from '../../application/read-command-status.ts';
import { readEntitlement } from '../../application/read-entitlement.ts';
import { readEntitlements } from '../../application/read-entitlements.ts';
import { readPayments } from '../../application/read-payments.ts';
import { readProfile } from '../../application/read-profile.ts';
import type { SubscriberTimeServices } from '../../application/subscriber-now.ts';
import { answerStatus } from './command-answers.ts';
import type { AnswerServices, AwaitedCommandAnswer } from './command-answers.ts';
import type { ServerSentEvent } from './event-stream.ts';
import type { HttpServices } from './http-services.ts';
import { prefersEvents, streamMaxMs } from './preferences.ts';
import { presentEntitlement, presentPayment, presentPaySystem, presentProfile, presentTariff } from './presenters.ts';
import { Problem } from './problem.ts';
import { ok, serviceRole } from './route.ts';
import type { Answer, Route, UserCall } from './route.ts';

export type ReadingServices = {
  readonly house: HttpServices;
  readonly time: SubscriberTimeServices;
  readonly awaitOutcome: AwaitOutcome;
  readonly signer: Signer;
  readonly answers: AnswerServices;
};

async function profile({ house, time }: ReadingServices, call: UserCall): Promise<Answer> {
  const found = await readProfile({ ...house, ...time }, call.user.id);
  if (found === null) throw new Problem(404, '3003');
  return ok(presentProfile(found));
}

async function payments({ house }: ReadingServices, call: UserCall): Promise<Answer> {
  const { limit, page } = call.query as { limit: number; page: number };
  const found = await readPayments(house, { userId: call.user.id, limit, page });
  return ok(found.map(presentPayment));
}

async function entitlement({ house, time }: ReadingServices, call: UserCall): Promise<Answer> {
  const userId = (call.path['user_id'] ?? '').toLowerCase();
  const { user } = call;
  // Somebody else's state does not exist for you: a 403 would say that there is something to see.
  if (user.id !== userId && !user.isSuperuser && !user.roles.includes(serviceRole)) throw new Problem(404, '3001');
  return ok(presentEntitlement(await readEntitlement({ ...house, ...time }, userId)));
}

async function entitlements({ house, time }: ReadingServices, call: UserCall): Promise<Answer> {
  const { user_ids: userIds } = call.body as { user_ids: readonly string[] };
  const wanted = userIds.map((userId) => userId.toLowerCase());
  const found = await readEntitlements({ ...house, ...time }, wanted);
  const presented = [...found].map(([userId, one]) => [userId, presentEntitlement(one)] as const);
  return ok({ entitlements: Object.fromEntries(presented) });
}

/** The status now, and the outcome when it comes. When nobody may wait, or no longer, the client comes back by itself. */
async function* statusEvents(
  services: ReadingServices,
  call: UserCall,
  now: AwaitedCommandAnswer & { readonly command: CommandClaim },
  answer: Answer,
): AsyncIterable<ServerSentEvent> {
  yield { name: 'status', data: answer.json };
  if (now.awaited.kind !== 'pending') return;
  const wanted = { ...now.command, mayBeOld: false, waitMs: streamMaxMs, signal: call.signal };
  const awaited = await services.awaitOutcome(wanted);
  if (awaited.kind === 'pending') return;
  yield { name: 'status', data: (await answerStatus(services.answers, { ...now, awaited })).json };
}

async function commandStatus(services: ReadingServices, call: UserCall): Promise<Answer> {
  const token = call.path['token'] ?? '';
  const claim = readCommandToken(services.signer, token, call.user.id);
  if (claim === null) throw new Problem(404, '3001');
  const awaited = await readCommandStatus(services.house, claim);
  const now = { command: claim, statusUrl: `/api/v1/commands/${token}`, awaited };
  const answer = await answerStatus(services.answers, now);
  if (!prefersEvents(call.header('accept'))) return answer;
  return { status: 200, events: statusEvents(services, call, now, answer) };
}

export const readingRoutes = (services: ReadingServices): readonly Route[] => [
  {
    method: 'get',
    path: '/api/v1/tariffs',
    access: 'public',
    handle: async () => ok((await services.house.catalogue.listTariffs()).map(presentTariff)),
  },
  {
    method: 'get',
    path: '/api/v1/pay-systems',
    access: 'public',
    handle: async () => ok((await services.house.catalogue.listPaySystems()).map(presentPaySystem)),
  },
  {
    method: 'get',
    path: '/api/v1/subscriptions/profile',
    access: 'user',
    handle: (call) => profile(services, call),
  },
  {
    method: 'get',
    path: '/api/v1/payments/profile',
    access: 'user',
    handle: (call) => payments(services, call),
  },
  {
    method: 'get',
    path: '/api/v1/entitlements/{user_id}',
    access: 'user',
    handle: (call) => entitlement(services, call),
  },
  {
    method: 'post',
    path: '/api/v1/entitlements/query',
    access: 'service',
    takesBody: 'order',
    handle: (call) => entitlements(services, call),
  },
  {
    method: 'get',
    path: '/api/v1/commands/{token}',
    access: 'user',
    handle: (call) => commandStatus(services, call),
  },
];
