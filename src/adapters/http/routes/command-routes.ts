import { acceptCommand, type CommandRequest } from '../../../application/requests/accept-command.ts';
import type { CommandClaim } from '../../../application/requests/read-command-status.ts';
import { fieldOf } from '../../../application/ports/cipher.ts';
import { type CommandInput, isCommandType } from '../../../domain/commands/index.ts';
import { cancelHook } from './cancel-hook.ts';
import { issueCommandToken } from './command-token.ts';
import { type AwaitedCommandAnswer, commandAnswers, replayed } from './command-answers.ts';
import { type CommandReader, createCommandReader } from '../contract/command-input.ts';
import type { HttpContext } from './http-context.ts';
import type { Place } from '../contract/openapi.ts';
import { payHook } from './pay-hook.ts';
import { Problem } from '../contract/problem.ts';
import { parseReturnUrl } from '../contract/return-url.ts';
import { preferredWaitMs, prefersJson } from '../contract/preferences.ts';
import type { Answer, Route, Routes, UserCall } from '../contract/route.ts';

type Ordered = Pick<CommandRequest, 'input' | 'actor' | 'route'> & { readonly bodyTexts: BodyTexts };

/** Publishes the command and waits for its outcome. Throws 503 when its acceptance is not certain. */
async function submit(http: HttpContext, call: UserCall, what: Ordered): Promise<AwaitedCommandAnswer> {
  const idempotencyKey = call.header('idempotency-key') ?? null;
  const { bodyTexts, ...request } = what;
  const [bodyText, ...others] = bodyTexts;
  const { kind, command } = await acceptCommand(http, { ...request, bodyText, idempotencyKey, trace: call.trace });
  const statusUrlOf = (claim: CommandClaim): string =>
    `/api/v1/commands/${issueCommandToken(http.signer, claim, call.user.id)}`;
  const statusUrl = statusUrlOf(command);
  if (kind !== 'accepted') {
    const members = kind === 'not_accepted' ? {} : { command_id: command.commandId, status_url: statusUrl };
    throw new Problem(503, '5003', { detail: kind, members, headers: { 'Retry-After': '1' } });
  }
  const awaited = await http.awaitOutcome({
    userId: command.userId,
    commandId: command.commandId,
    bodyHash: command.bodyHash,
    otherHashes: others.map(http.hash),
    mayBeOld: idempotencyKey !== null,
    until: 'answer',
    waitMs: preferredWaitMs(call.header('prefer')),
    signal: call.signal,
  });
  const first = awaited.kind === 'other_body' ? null : awaited.first;
  const { language } = call;
  if (first === null) return { command, statusUrl, awaited, isReplay: false, language };
  // A repeat is answered as the first request was: with its time of acceptance and its hash, and so with its address.
  const { acceptedAt, claimedAt, bodyHash } = first;
  const accepted = { ...command, acceptedAt, bodyHash };
  // By the clock of the process that asks: that of the log may differ from it.
  const isReplay = claimedAt !== command.acceptedAt;
  return { command: accepted, statusUrl: statusUrlOf(accepted), awaited, isReplay, language };
}

/** Seals the personal data of a command, which then crosses Kafka and is stored with it. */
function sealed(input: CommandInput, { sealed: names }: CommandReader, { cipher }: HttpContext): CommandInput {
  const fields = Object.entries(input).map(([name, value]: [string, unknown]) => [
    name,
    names.includes(name) && typeof value === 'string'
      ? cipher.seal(new TextEncoder().encode(value), fieldOf(input.userId, name))
      : value,
  ]);
  return Object.fromEntries(fields) as CommandInput;
}

/** Whether it has personal data. An optional field of them changes the digest of no request that does without. */
const isPersonal = (input: CommandInput, { sealed: names }: CommandReader): boolean =>
  names.some((name) => (input as Readonly<Record<string, unknown>>)[name] != null);

/** One spelling or more of what was sent: the first is hashed, and a repeat may have been hashed by any. */
type BodyTexts = readonly [string, ...string[]];

/**
 * As it was sent: a repeat hashes alike whatever spelling the hook has given it. A digest of personal data needs a key, or all
 * phone numbers could be tried. After a change of keys an older one signs no more, and still tells a repeat.
 */
function bodyTextsOf(
  input: CommandInput,
  ready: CommandInput,
  reader: CommandReader,
  { signer }: HttpContext,
): BodyTexts {
  const text = reader.textOf(input);
  const [signed, ...older] = signer.signAll(text);
  const isGiven = isPersonal(input, reader);
  if (signed === undefined || (!isGiven && !isPersonal(ready, reader))) return [text];
  // The words of a client of the v1 API, which only the hook finds, were hashed without a key before.
  return isGiven ? [signed, ...older] : [signed, ...older, text];
}

/** The address to which a page redirects, in one spelling. Only listed origins are taken, in a preview too. */
export function withReturnUrl(input: CommandInput, { options }: Pick<HttpContext, 'options'>): CommandInput {
  if (!('returnUrl' in input) || input.returnUrl === null) return input;
  return { ...input, returnUrl: parseReturnUrl(input.returnUrl, options.returnUrlOrigins) };
}

async function prepared(http: HttpContext, given: CommandInput): Promise<CommandInput> {
  const input = withReturnUrl(given, http);
  if (input.type === 'subscription.pay') return payHook.before(http, input);
  return input.type === 'subscription.cancel' ? cancelHook.before(input) : input;
}

/** The user of the thing that a path parameter names; null when there is no such thing. */
type FindUser = (http: HttpContext, id: string) => Promise<string | null>;

/** A path parameter (`x-user-of`) → how the user is found of whom a command of staff is. */
const usersOf: ReadonlyMap<string, FindUser> = new Map<string, FindUser>([
  ['user_id', (_http, id) => Promise.resolve(id.toLowerCase())],
  ['payment_id', ({ history }, id) => history.findUser(id)],
]);

type Access = {
  readonly kind: 'user' | 'superuser';
  readonly userOf: (http: HttpContext, call: UserCall) => Promise<string>;
};

/** Subscribers act for themselves. Staff act for the user in the path, or for the one whose payment the path names. */
function accessOf({ path, operation }: Place): Access {
  const { 'x-access': kind, 'x-user-of': named = 'user_id' } = operation;
  const isForAnother = path.includes(`{${named}}`);
  const findUser = usersOf.get(named);
  if (kind === 'user' && !isForAnother) return { kind, userOf: (_http, { user }) => Promise.resolve(user.id) };
  if (kind !== 'superuser' || !isForAnother || findUser === undefined)
    throw new TypeError(`${path}: x-access of a command is user, or superuser with {user_id} or x-user-of in the path`);
  const userOf = async (http: HttpContext, call: UserCall): Promise<string> => {
    const userId = await findUser(http, call.path[named] ?? '');
    if (userId === null) throw new Problem(404, '3001');
    return userId;
  };
  return { kind, userOf };
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
    // The contract has checked the values, and a test compares its fields with those of the message.
    const input = { ...reader.read(call), userId: await access.userOf(http, call), type } as CommandInput;
    const ready = await prepared(http, input);
    const result = await submit(http, call, {
      input: sealed(ready, reader, http),
      actor: { kind: access.kind === 'user' ? 'user' : 'staff', id: call.user.id },
      route: reader.routeOf(ready),
      bodyTexts: bodyTextsOf(input, ready, reader, http),
    });
    if (ready.type === 'subscription.pay') payHook.after(http, result, call);
    const returnUrl = ('returnUrl' in ready ? ready.returnUrl : null) ?? http.options.returnUrl;
    const answered = await answer(http, result, {
      json: prefersJson(call.header('accept'), call.header('sec-fetch-mode')),
      returnUrl,
    });
    return result.isReplay ? { ...answered, headers: { ...answered.headers, ...replayed } } : answered;
  };
  return { access: access.kind, handle };
}

export const isCommandOperation = ({ operation }: Place): boolean => operation['x-command'] !== undefined;

export const commandRoutes = (http: HttpContext, places: readonly Place[]): Routes =>
  Object.fromEntries(
    places.filter(isCommandOperation).map((place) => [place.operation.operationId, commandRoute(http, place)]),
  );
