import { acceptCommand, type CommandRequest } from '../../../application/requests/accept-command.ts';
import { type CommandInput, isCommandType } from '../../../domain/commands/index.ts';
import { issueCommandToken } from './command-token.ts';
import { type AwaitedCommandAnswer, commandAnswers, isReplayed, replayed } from './command-answers.ts';
import { createCommandReader } from '../contract/command-input.ts';
import type { HttpContext } from './http-context.ts';
import type { Place } from '../contract/openapi.ts';
import { payHook } from './pay-hook.ts';
import { Problem } from '../contract/problem.ts';
import { preferredWaitMs, prefersJson } from '../contract/preferences.ts';
import type { Answer, Route, Routes, UserCall } from '../contract/route.ts';

type Ordered = Pick<CommandRequest, 'input' | 'actor' | 'route' | 'bodyText'>;

/** Publishes the command and waits for its outcome. Throws 503 when its acceptance is not certain. */
async function submit(http: HttpContext, call: UserCall, what: Ordered): Promise<AwaitedCommandAnswer> {
  const idempotencyKey = call.header('idempotency-key') ?? null;
  const { kind, command } = await acceptCommand(http, { ...what, idempotencyKey, trace: call.trace });
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

/** Subscribers act for themselves, staff act for the user in the path. */
function accessOf({ path, operation }: Place): 'user' | 'superuser' {
  const access = operation['x-access'];
  const isForAnother = path.includes('{user_id}');
  if (access === 'user' && !isForAnother) return access;
  if (access === 'superuser' && isForAnother) return access;
  throw new TypeError(`${path}: x-access of a command is user, or superuser with {user_id} in the path`);
}

/** The route of a command (`x-command`), built from its operation in openapi.yaml. */
function commandRoute(http: HttpContext, place: Place): Route {
  const { 'x-command': type, 'x-answer': wanted = '' } = place.operation;
  if (!isCommandType(type)) throw new TypeError(`${place.path}: there is no command ${String(type)}`);
  const answer = commandAnswers.get(wanted);
  if (answer === undefined)
    throw new TypeError(`${place.path}: x-answer is one of ${[...commandAnswers.keys()].join()}`);
  const access = accessOf(place);
  const reader = createCommandReader(place);
  const handle = async (call: UserCall): Promise<Answer> => {
    const { id } = call.user;
    const own = access === 'user' ? { userId: id } : {};
    // The contract has checked the values, and a test compares its fields with those of the message.
    const input = { ...reader.read(call), ...own, type } as CommandInput;
    const ready = input.type === 'subscription.pay' ? await payHook.before(http, input) : input;
    const result = await submit(http, call, {
      input: ready,
      actor: { kind: access === 'user' ? 'user' : 'staff', id },
      route: reader.routeOf(ready),
      // As it was sent: a repeat hashes alike whatever spelling the hook has given it.
      bodyText: reader.textOf(input),
    });
    if (ready.type === 'subscription.pay') payHook.after(http, result, call);
    const returnUrl = ('returnUrl' in ready ? ready.returnUrl : null) ?? http.options.returnUrl;
    const answered = await answer(http, result, {
      json: prefersJson(call.header('accept'), call.header('sec-fetch-mode')),
      returnUrl,
    });
    return isReplayed(result) ? { ...answered, headers: { ...answered.headers, ...replayed } } : answered;
  };
  return { access, handle };
}

export const isCommandOperation = ({ operation }: Place): boolean => operation['x-command'] !== undefined;

export const commandRoutes = (http: HttpContext, places: readonly Place[]): Routes =>
  Object.fromEntries(
    places.filter(isCommandOperation).map((place) => [place.operation.operationId, commandRoute(http, place)]),
  );
