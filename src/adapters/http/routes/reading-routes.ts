import { isOver } from '../../../application/requests/awaited-outcome.ts';
import { readCommandToken } from './command-token.ts';
import { type CommandClaim, readCommandStatus } from '../../../application/requests/read-command-status.ts';
import { readEntitlement, readEntitlements } from '../../../application/requests/read-entitlement.ts';
import { readHistory, readPayments } from '../../../application/requests/read-payments.ts';
import { readPaySystems } from '../../../application/requests/read-pay-systems.ts';
import { readProfile } from '../../../application/requests/read-profile.ts';
import { answerStatus, type AwaitedCommandAnswer } from './command-answers.ts';
import { cursorOf, placeFrom } from '../contract/cursor.ts';
import type { ServerSentEvent } from '../contract/event-stream.ts';
import type { HttpContext } from './http-context.ts';
import { prefersEvents, streamMaxMs } from '../contract/preferences.ts';
import { presentPayment } from './present-history.ts';
import { presentEntitlement, presentPaySystem, presentProfile, presentTariff } from './presenters.ts';
import { createStreamsOpen, type StreamsOpen } from './streams-open.ts';
import { Problem } from '../contract/problem.ts';
import { type Answer, ok, type Routes, serviceRole, type UserCall } from '../contract/route.ts';

async function profile({ reads, pollOpenPage }: HttpContext, call: UserCall): Promise<Answer> {
  const found = await readProfile(reads, call.user.id, (subscriber) => pollOpenPage(subscriber, call.trace));
  if (found === null) throw new Problem(404, '3003');
  return ok(presentProfile(found));
}

async function payments({ reads }: HttpContext, call: UserCall): Promise<Answer> {
  const { limit, page } = call.query as { limit: number; page: number };
  const found = await readPayments(reads, { userId: call.user.id, limit, page });
  return ok(found.map(presentPayment));
}

async function history({ reads }: HttpContext, call: UserCall): Promise<Answer> {
  const { limit, after } = call.query as { limit: number; after?: string };
  const found = await readHistory(reads, { userId: call.user.id, limit, after: placeFrom(after) });
  const next = found.next === null ? null : cursorOf(found.next);
  return ok({ data: found.payments.map(presentPayment), has_more: next !== null, next });
}

async function entitlement({ reads, pollOpenPage }: HttpContext, call: UserCall): Promise<Answer> {
  const userId = (call.path['user_id'] ?? '').toLowerCase();
  const { user } = call;
  // 404, because 403 would reveal that there is something to see.
  if (user.id !== userId && !user.isSuperuser && !user.roles.includes(serviceRole)) throw new Problem(404, '3001');
  const found = await readEntitlement(reads, userId, (subscriber) => {
    // Only the subscriber may have come from the payment page; services ask about all users all day.
    if (user.id === userId) pollOpenPage(subscriber, call.trace);
  });
  return ok(presentEntitlement(found));
}

async function entitlements({ reads }: HttpContext, call: UserCall): Promise<Answer> {
  const { user_ids: userIds } = call.body as { user_ids: readonly string[] };
  const wanted = userIds.map((userId) => userId.toLowerCase());
  const found = await readEntitlements(reads, wanted);
  const presented = [...found].map(([userId, one]) => [userId, presentEntitlement(one)] as const);
  return ok({ entitlements: Object.fromEntries(presented) });
}

/** The status now and each that follows, to the end of the command. When the wait ends before, the client reconnects. */
async function* statusEvents(
  http: HttpContext,
  call: UserCall,
  now: AwaitedCommandAnswer & { readonly command: CommandClaim },
  answer: Answer,
): AsyncIterable<ServerSentEvent> {
  yield { name: 'status', data: answer.json };
  let { awaited } = now;
  let leftMs = streamMaxMs;
  while (!isOver(awaited) && leftMs > 0) {
    const began = http.clock.monotonicMs();
    const until = awaited.kind === 'pending' ? 'answer' : 'end';
    const wanted = { ...now.command, until, mayBeOld: false, waitMs: leftMs, signal: call.signal } as const;
    awaited = await http.awaitOutcome(wanted);
    if (awaited.kind === 'pending') return;
    leftMs -= http.clock.monotonicMs() - began;
    yield { name: 'status', data: (await answerStatus(http, { ...now, awaited })).json };
  }
}

async function commandStatus(http: HttpContext, streams: StreamsOpen, call: UserCall): Promise<Answer> {
  const token = call.path['token'] ?? '';
  const claim = readCommandToken(http.signer, token, call.user.id);
  if (claim === null) throw new Problem(404, '3001');
  const awaited = await readCommandStatus(http, claim);
  // The subscriber may come from the payment page, so it is polled.
  if (awaited.kind === 'ended' && !isOver(awaited) && awaited.subscriber !== null)
    http.pollOpenPage(awaited.subscriber, call.trace);
  const { language } = call;
  const now = { command: claim, statusUrl: `/api/v1/commands/${token}`, awaited, isReplay: false, language };
  const answer = await answerStatus(http, now);
  if (!prefersEvents(call.header('accept'))) return answer;
  const headers = { 'Content-Language': language };
  return { status: 200, headers, events: streams.opened(call.user.id, () => statusEvents(http, call, now, answer)) };
}

export const readingRoutes = (http: HttpContext, streams: StreamsOpen = createStreamsOpen()): Routes => ({
  readStatus: { access: 'public', handle: () => ok({ api: true }) },
  // Fails on purpose, to show that errors are reported.
  testErrorReporting: { access: 'superuser', handle: () => Promise.reject(new Error('error reporting self-test')) },
  listTariffs: { access: 'public', handle: async () => ok((await http.catalogue.listTariffs()).map(presentTariff)) },
  listPaySystems: {
    access: 'public',
    handle: async () => ok((await readPaySystems(http.catalogue, http.shop())).map(presentPaySystem)),
  },
  readProfile: { access: 'user', handle: (call) => profile(http, call) },
  listPayments: { access: 'user', handle: (call) => payments(http, call) },
  readHistory: { access: 'user', handle: (call) => history(http, call) },
  readEntitlement: { access: 'user', handle: (call) => entitlement(http, call) },
  queryEntitlements: { access: 'service', handle: (call) => entitlements(http, call) },
  readCommand: { access: 'user', handle: (call) => commandStatus(http, streams, call) },
});
