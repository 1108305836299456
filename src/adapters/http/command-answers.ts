import type { CommandOutcome } from '../../domain/command.ts';
import { toIso } from '../../domain/instant.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Subscriber } from '../../domain/subscriber.ts';
import type { AwaitedOutcome } from '../../application/await-outcomes.ts';
import type { StoredSubscriber } from '../../application/ports/subscriber-store.ts';
import type { Profile } from '../../application/read-profile.ts';
import { presentProfile } from './presenters.ts';
import { Problem } from './problem.ts';
import { rejections } from './rejections.ts';
import { ok } from './route.ts';
import type { Answer } from './route.ts';

export type AnswerServices = {
  readonly profileOf: (subscriber: Subscriber) => Promise<Profile | null>;
  readonly load: (userId: string) => Promise<StoredSubscriber | null>;
};

export type AwaitedCommandAnswer = {
  readonly command: { readonly commandId: string; readonly userId: string; readonly acceptedAt: Instant };
  readonly statusUrl: string;
  readonly awaited: AwaitedOutcome;
};

/** How soon to ask again for a command that is not handled yet. */
const askAgainSeconds = '2';

const keyReused = (): Problem => new Problem(422, '4005');

function rejectionOf(outcome: Extract<CommandOutcome, { kind: 'rejected' }>): Problem {
  const { status, code } = rejections[outcome.reason];
  return new Problem(status, code, { detail: outcome.reason });
}

/** A cancel with nothing to cancel has reached its aim: the seed answered so, and a repeat must not frighten anybody. */
const isRefusal = (outcome: CommandOutcome): outcome is Extract<CommandOutcome, { kind: 'rejected' }> =>
  outcome.kind === 'rejected' && outcome.reason !== 'nothing_to_cancel';

/** The command as a resource, one shape wherever it is shown. */
function commandJson(
  { command, statusUrl, awaited }: AwaitedCommandAnswer,
  profile: Profile | null,
): Readonly<Record<string, unknown>> {
  const base = {
    id: command.commandId,
    status: 'accepted',
    accepted_at: toIso(command.acceptedAt),
    status_url: statusUrl,
    redirect_url: null,
    subscription: profile === null ? null : presentProfile(profile),
    rejection: null,
  };
  if (awaited.kind === 'pending') return base;
  if (awaited.kind === 'other_body') {
    return { ...base, status: 'rejected', rejection: keyReused().body };
  }
  const { outcome } = awaited;
  if (isRefusal(outcome)) return { ...base, status: 'rejected', rejection: rejectionOf(outcome).body };
  if (outcome.kind === 'requires_action') {
    return { ...base, status: 'requires_action', redirect_url: outcome.redirectUrl };
  }
  return { ...base, status: 'completed' };
}

async function profileAfter(services: AnswerServices, result: AwaitedCommandAnswer): Promise<Profile | null> {
  const { awaited, command } = result;
  if (awaited.kind !== 'ended' || awaited.outcome.kind !== 'completed') return null;
  const subscriber = awaited.subscriber ?? (await services.load(command.userId))?.subscriber ?? null;
  return subscriber === null ? null : services.profileOf(subscriber);
}

function notYet(result: AwaitedCommandAnswer): Answer {
  return {
    status: 202,
    headers: { Location: result.statusUrl, 'Retry-After': askAgainSeconds },
    json: { command: commandJson(result, null), status_url: result.statusUrl },
  };
}

/** What the wait brought: an outcome that is no refusal, or null while there is none. */
function endOf(result: AwaitedCommandAnswer): CommandOutcome | null {
  const { awaited } = result;
  if (awaited.kind === 'other_body') throw keyReused();
  if (awaited.kind === 'pending') return null;
  if (isRefusal(awaited.outcome)) throw rejectionOf(awaited.outcome);
  return awaited.outcome;
}

export async function answerBuy(
  services: AnswerServices,
  result: AwaitedCommandAnswer,
  wish: { readonly json: boolean; readonly returnUrl: string },
): Promise<Answer> {
  const outcome = endOf(result);
  if (outcome === null) return notYet(result);
  if (outcome.kind === 'requires_action') {
    const { redirectUrl } = outcome;
    if (!wish.json) return { status: 302, headers: { Location: redirectUrl } };
    return ok({ redirect_url: redirectUrl, command: commandJson(result, null) });
  }
  if (!wish.json) return { status: 302, headers: { Location: wish.returnUrl } };
  const profile = await profileAfter(services, result);
  return ok(profile === null ? null : presentProfile(profile));
}

/** `null`, as the seed answered, also when there was nothing to cancel. */
export async function answerCancel(result: AwaitedCommandAnswer): Promise<Answer> {
  return Promise.resolve(endOf(result) === null ? notYet(result) : ok(null));
}

export async function answerStatus(services: AnswerServices, result: AwaitedCommandAnswer): Promise<Answer> {
  const pending = result.awaited.kind === 'pending';
  const json = commandJson(result, await profileAfter(services, result));
  return { status: 200, json, ...(pending ? { headers: { 'Retry-After': askAgainSeconds } } : {}) };
}
