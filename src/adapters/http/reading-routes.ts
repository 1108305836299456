import { isOver } from '../../application/await-outcomes.ts';
import { readCommandToken } from '../../application/command-token.ts';
import type { CommandClaim } from '../../application/command-token.ts';
import { readCommandStatus } from '../../application/read-command-status.ts';
import { readEntitlement } from '../../application/read-entitlement.ts';
import { readEntitlements } from '../../application/read-entitlements.ts';
import { readPayments } from '../../application/read-payments.ts';
import { readProfile } from '../../application/read-profile.ts';
import { answerStatus } from './command-answers.ts';
import type { AwaitedCommandAnswer } from './command-answers.ts';
import type { ServerSentEvent } from './event-stream.ts';
import type { House } from './house.ts';
import { prefersEvents, streamMaxMs } from './preferences.ts';
import { presentEntitlement, presentPayment, presentPaySystem, presentProfile, presentTariff } from './presenters.ts';
import { Problem } from './problem.ts';
import { ok, serviceRole } from './route.ts';
import type { Answer, Routes, UserCall } from './route.ts';

async function profile({ reads, lookAtOpenPage }: House, call: UserCall): Promise<Answer> {
  const found = await readProfile(reads, call.user.id, (subscriber) => lookAtOpenPage(subscriber, call.trace));
  if (found === null) throw new Problem(404, '3003');
  return ok(presentProfile(found));
}

async function payments({ reads }: House, call: UserCall): Promise<Answer> {
  const { limit, page } = call.query as { limit: number; page: number };
  const found = await readPayments(reads, { userId: call.user.id, limit, page });
  return ok(found.map(presentPayment));
}

async function entitlement({ reads, lookAtOpenPage }: House, call: UserCall): Promise<Answer> {
  const userId = (call.path['user_id'] ?? '').toLowerCase();
  const { user } = call;
  // Somebody else's state does not exist for you: a 403 would say that there is something to see.
  if (user.id !== userId && !user.isSuperuser && !user.roles.includes(serviceRole)) throw new Problem(404, '3001');
  const found = await readEntitlement(reads, userId, (subscriber) => {
    // Only he knows whether he has just been at the page; services ask about everybody all day.
    if (user.id === userId) lookAtOpenPage(subscriber, call.trace);
  });
  return ok(presentEntitlement(found));
}

async function entitlements({ reads }: House, call: UserCall): Promise<Answer> {
  const { user_ids: userIds } = call.body as { user_ids: readonly string[] };
  const wanted = userIds.map((userId) => userId.toLowerCase());
  const found = await readEntitlements(reads, wanted);
  const presented = [...found].map(([userId, one]) => [userId, presentEntitlement(one)] as const);
  return ok({ entitlements: Object.fromEntries(presented) });
}

/**
 * The status now and each that follows, to the end. When nobody may wait, or no longer, the client comes back by itself.
 */
async function* statusEvents(
  house: House,
  call: UserCall,
  now: AwaitedCommandAnswer & { readonly command: CommandClaim },
  answer: Answer,
): AsyncIterable<ServerSentEvent> {
  yield { name: 'status', data: answer.json };
  let { awaited } = now;
  let leftMs = streamMaxMs;
  while (!isOver(awaited) && leftMs > 0) {
    const began = house.clock.monotonicMs();
    const until = awaited.kind === 'pending' ? 'answer' : 'end';
    const wanted = { ...now.command, until, mayBeOld: false, waitMs: leftMs, signal: call.signal } as const;
    awaited = await house.awaitOutcome(wanted);
    if (awaited.kind === 'pending') return;
    leftMs -= house.clock.monotonicMs() - began;
    yield { name: 'status', data: (await answerStatus(house, { ...now, awaited })).json };
  }
}

async function commandStatus(house: House, call: UserCall): Promise<Answer> {
  const token = call.path['token'] ?? '';
  const claim = readCommandToken(house.signer, token, call.user.id);
  if (claim === null) throw new Problem(404, '3001');
  const awaited = await readCommandStatus(house, claim);
  // Only whoever was at the page knows whether it is paid, and comes here to see.
  if (awaited.kind === 'ended' && !isOver(awaited) && awaited.subscriber !== null)
    house.lookAtOpenPage(awaited.subscriber, call.trace);
  const now = { command: claim, statusUrl: `/api/v1/commands/${token}`, awaited };
  const answer = await answerStatus(house, now);
  if (!prefersEvents(call.header('accept'))) return answer;
  return { status: 200, events: statusEvents(house, call, now, answer) };
}

export const readingRoutes = (house: House): Routes => ({
  listTariffs: { access: 'public', handle: async () => ok((await house.catalogue.listTariffs()).map(presentTariff)) },
  listPaySystems: {
    access: 'public',
    handle: async () => ok((await house.catalogue.listPaySystems()).map(presentPaySystem)),
  },
  readProfile: { access: 'user', handle: (call) => profile(house, call) },
  listPayments: { access: 'user', handle: (call) => payments(house, call) },
  readEntitlement: { access: 'user', handle: (call) => entitlement(house, call) },
  queryEntitlements: { access: 'service', handle: (call) => entitlements(house, call) },
  readCommand: { access: 'user', handle: (call) => commandStatus(house, call) },
});
