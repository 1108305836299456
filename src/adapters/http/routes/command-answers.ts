import type { CommandOutcome } from '../../../domain/model/command.ts';
import { type Instant, toIso } from '../../../domain/model/instant.ts';
import type { AwaitedOutcome } from '../../../application/requests/awaited-outcome.ts';
import { type Profile, profileOf } from '../../../application/requests/read-profile.ts';
import type { HttpContext } from './http-context.ts';
import { presentProfile, qrJson } from './presenters.ts';
import { Problem, problemOf } from '../contract/problem.ts';
import { type Language, problemBody } from '../contract/problem-languages.ts';
import { type Answer, ok } from '../contract/route.ts';

export type AwaitedCommandAnswer = {
  readonly command: { readonly commandId: string; readonly userId: string; readonly acceptedAt: Instant };
  readonly statusUrl: string;
  readonly awaited: AwaitedOutcome;
  /** Whether the outcome is that of an earlier request with the same Idempotency-Key. */
  readonly isReplay: boolean;
  /** In which a rejection within the answer is written. */
  readonly language: Language;
};

/** The `Retry-After` of a command that is not handled yet. */
const askAgainSeconds = '2';

export const replayed = { 'Idempotent-Replayed': 'true' };

/** The answer to a rejected command; null for every other one. */
function refusalOf(result: AwaitedCommandAnswer): Problem | null {
  const { awaited } = result;
  if (awaited.kind === 'other_body') return new Problem(422, '4005');
  if (awaited.kind === 'pending' || awaited.outcome.kind !== 'rejected') return null;
  const { reason } = awaited.outcome;
  // A cancel with nothing to cancel succeeds, as in the v1 API that existing clients use.
  if (reason === 'nothing_to_cancel') return null;
  return problemOf(reason, result.isReplay ? replayed : {});
}

type Action = Extract<CommandOutcome, { kind: 'requires_action' }>;

/** The command as a resource, one shape wherever it is shown. */
function commandJson(result: AwaitedCommandAnswer, profile: Profile | null): Readonly<Record<string, unknown>> {
  const { command, statusUrl, awaited } = result;
  const refusal = refusalOf(result);
  const outcome = awaited.kind === 'ended' && refusal === null ? awaited.outcome : null;
  const action = outcome?.kind === 'requires_action' ? outcome : null;
  const reached = action === null ? 'completed' : 'requires_action';
  const status = outcome === null ? 'accepted' : reached;
  return {
    id: command.commandId,
    status: refusal === null ? status : 'rejected',
    accepted_at: toIso(command.acceptedAt),
    status_url: statusUrl,
    redirect_url: action?.redirectUrl ?? null,
    ...(action === null ? {} : qrJson(action.redirectUrl, action)),
    subscription: profile === null ? null : presentProfile(profile),
    rejection: refusal === null ? null : problemBody(refusal, result.language),
  };
}

/** The subscription that the command completed; null when the subscriber has bought another one since. */
async function profileAfter(
  { reads }: HttpContext,
  { awaited, command }: AwaitedCommandAnswer,
): Promise<Profile | null> {
  if (awaited.kind !== 'ended' || awaited.outcome.kind !== 'completed') return null;
  const subscriber = awaited.subscriber ?? (await reads.store.load(command.userId))?.subscriber ?? null;
  const profile = subscriber === null ? null : await profileOf(reads, subscriber);
  return profile?.subscription.id === awaited.outcome.subscriptionId ? profile : null;
}

function notYet(result: AwaitedCommandAnswer): Answer {
  return {
    status: 202,
    location: result.statusUrl,
    headers: { 'Retry-After': askAgainSeconds },
    json: { command: commandJson(result, null), status_url: result.statusUrl },
  };
}

/** The outcome, or null while there is none. Throws the answer to a rejected command. */
function outcomeOf(result: AwaitedCommandAnswer): CommandOutcome | null {
  const { awaited } = result;
  const refusal = refusalOf(result);
  if (refusal !== null) throw refusal;
  return awaited.kind === 'ended' ? awaited.outcome : null;
}

/** Whether the client prefers JSON, and where it is redirected when there is no payment page. */
type Wish = { readonly json: boolean; readonly returnUrl: string };

/** Leads to the page, which only the subscriber can deal with. */
const openPage = (result: AwaitedCommandAnswer, action: Action, wish: Wish): Answer =>
  wish.json
    ? ok({
        redirect_url: action.redirectUrl,
        ...qrJson(action.redirectUrl, action),
        command: commandJson(result, null),
      })
    : { status: 302, location: action.redirectUrl };

async function answerPage(http: HttpContext, result: AwaitedCommandAnswer, wish: Wish): Promise<Answer> {
  const outcome = outcomeOf(result);
  if (outcome === null) return notYet(result);
  if (outcome.kind === 'requires_action') return openPage(result, outcome, wish);
  return wish.json ? answerSubscription(http, result, wish) : { status: 302, location: wish.returnUrl };
}

async function answerSubscription(http: HttpContext, result: AwaitedCommandAnswer, wish: Wish): Promise<Answer> {
  const outcome = outcomeOf(result);
  if (outcome === null) return notYet(result);
  if (outcome.kind === 'requires_action') return openPage(result, outcome, wish);
  const profile = await profileAfter(http, result);
  return ok(profile === null ? null : presentProfile(profile));
}

type AnswerCommand = (http: HttpContext, result: AwaitedCommandAnswer, wish: Wish) => Answer | Promise<Answer>;

/** `x-answer` of an operation → how the outcome of its command is answered. */
export const commandAnswers: ReadonlyMap<string, AnswerCommand> = new Map<string, AnswerCommand>([
  ['page', answerPage],
  ['subscription', answerSubscription],
  // `null`, as the v1 API answers, also when there was nothing to cancel.
  ['empty', (_http, result) => (outcomeOf(result) === null ? notYet(result) : ok(null))],
]);

export async function answerStatus(http: HttpContext, result: AwaitedCommandAnswer): Promise<Answer> {
  const pending = result.awaited.kind === 'pending';
  const json = commandJson(result, await profileAfter(http, result));
  const retry = pending ? { 'Retry-After': askAgainSeconds } : {};
  return { status: 200, json, headers: { ...retry, 'Content-Language': result.language } };
}
