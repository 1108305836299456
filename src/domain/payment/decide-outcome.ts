import { applyObject } from './apply-object.ts';
import { failRefund } from './apply-refund.ts';
import type { Context } from '../model/context.ts';
import {
  accepted,
  alarm,
  answerWaiting,
  type Decision,
  type Draft,
  draftOf,
  follow,
  ignored,
  record,
} from '../decision/draft.ts';
import { giveUp } from './fail-payment.ts';
import {
  findOperation,
  type Operation,
  providerIdOf,
  providerObjects,
  subjectOf,
  track,
  withProviderId,
} from './operation.ts';
import type { Subject } from '../model/effect.ts';
import { isOut, isOver, isUnresolved } from '../model/payment-states.ts';
import { planPolls } from './polls.ts';
import type { SendOutcome } from '../model/provider.ts';
import { isCapture, withUnknown, withUnsent } from './reserve.ts';
import { hold } from '../subscription/billing-hold.ts';
import { possiblySent, type SendRecord } from '../model/send-record.ts';
import type { Subscriber } from '../model/subscriber.ts';
import { takeBackUnsent } from './take-back-unsent.ts';

type Answered = Extract<SendOutcome, { kind: 'answered' }>['object'];

/** The row of docs/domain.md ("Payment") that an outcome falls under. */
type Verdict =
  | { readonly kind: 'unknown'; readonly reason: string; readonly readsOnly: boolean }
  | { readonly kind: 'unsent'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string; readonly parameter: string | null };

/**
 * A first send is one whose reservation is the only one not counted as unsent. The answer to a repeat may concern the
 * repeat alone, so after a repeat the operation is unknown until a status check has read it.
 */
function judge(record: SendRecord, outcome: Exclude<SendOutcome, { kind: 'answered' }>): Verdict {
  const first = possiblySent(record) <= 1;
  switch (outcome.kind) {
    case 'unknown':
      return { kind: 'unknown', reason: outcome.reason, readsOnly: false };
    case 'key_conflict':
      return { kind: 'unknown', reason: 'key_conflict', readsOnly: true };
    case 'unsent':
      return first ? outcome : { kind: 'unknown', reason: outcome.reason, readsOnly: false };
    case 'refused':
      return first
        ? { kind: 'refused', reason: `${outcome.status} ${outcome.code}`, parameter: outcome.parameter }
        : { kind: 'unknown', reason: `${outcome.status} ${outcome.code}`, readsOnly: false };
  }
}

type Of<Kind extends Verdict['kind']> = Extract<Verdict, { readonly kind: Kind }>;

function afterUnknown(draft: Draft, operation: Operation, verdict: Of<'unknown'>, context: Context): Draft {
  const { kind, entry } = operation;
  const send = { ...withUnknown(entry.send, context), readsOnly: entry.send.readsOnly || verdict.readsOnly };
  if (kind !== 'payment' || isUnresolved(entry)) return track(draft, operation, { state: 'unknown', send });
  const payment = { ...entry, state: 'unknown' as const, send };
  return record(draft, { type: 'payment.unknown', payment, place: operation.place, reason: verdict.reason });
}

/** Nothing was sent: sent again after a pause, until the pauses are used up. Not so a watched payment, and a charge of a former contact. */
function afterUnsent(draft: Draft, operation: Operation, context: Context): Draft {
  const { kind, entry } = operation;
  const unsent = { ...entry.send, unsent: entry.send.unsent + 1 };
  // The contact may have changed while the request was out.
  const takenBack = kind === 'payment' ? takeBackUnsent(draft, { ...entry, send: unsent }, context) : null;
  if (takenBack !== null) return takenBack;
  // No subscriber waits for a capture, and the authorization lasts for days: it gets the long pauses of a charge.
  const isMoney = kind === 'refund' || isCapture(operation);
  const pausesOf = kind === 'binding' ? 'checkout' : isMoney ? 'charge' : entry.kind;
  const send = withUnsent(entry.send, context.policy.unsentRepeatsMs[pausesOf], context);
  const isWatched = kind === 'payment' && operation.place === 'watched';
  if (send !== null && !isWatched) return track(draft, operation, { state: 'ready', send });
  if (kind === 'refund') return giveUp(draft, operation, 'provider_unreachable', context);
  if (kind === 'binding')
    return giveUp(draft, { kind, entry: { ...entry, send: unsent } }, 'provider_unreachable', context);
  const counted = { ...entry, send: unsent };
  if (send !== null || !isCapture(operation)) {
    return giveUp(draft, { ...operation, entry: counted }, 'provider_unreachable', context);
  }
  // The pauses are used up, but the money is still authorized: each poll sends again until the key is too old.
  return track(draft, operation, { state: 'ready', send: { ...planPolls(counted, context), noSendBefore: null } });
}

function afterRefusal(draft: Draft, operation: Operation, verdict: Of<'refused'>, context: Context): Draft {
  const { reason, parameter } = verdict;
  const { kind, entry } = operation;
  // The receipt is ours alone, so a refusal of it is a mistake of the configuration and no decline.
  const isReceipt = parameter === 'receipt';
  const detail = `the provider refused the ${isReceipt ? 'receipt' : 'request'}: ${reason}`;
  const alarmed =
    kind === 'refund' && !isReceipt ? draft : alarm(draft, { rule: 'contradiction', subjectId: entry.id, detail });
  if (kind === 'refund') return failRefund(alarmed, entry, reason, context);
  if (!isCapture(operation)) {
    const held = isReceipt ? hold(alarmed, 'receipt_refused', context) : alarmed;
    return giveUp(held, operation, isReceipt ? 'receipt_refused' : 'provider_refused', context);
  }
  // The money is authorized, so only a read can end the payment. That may take days; commands are answered now.
  const send = { ...planPolls(entry, context), readsOnly: true };
  const tracked = track(alarmed, operation, { state: 'unknown', send });
  return answerWaiting(tracked, entry.id, { kind: 'rejected', reason: 'provider_refused' });
}

function applyVerdict(draft: Draft, operation: Operation, verdict: Verdict, context: Context): Draft {
  switch (verdict.kind) {
    case 'unknown':
      return afterUnknown(draft, operation, verdict, context);
    case 'unsent':
      return afterUnsent(draft, operation, context);
    case 'refused':
      return afterRefusal(draft, operation, verdict, context);
  }
}

/**
 * The answer to a first send, and to a capture, is applied. The provider may answer a repeat with its old answer to the
 * first send, so a repeat gives only the object's id, and a status check reads the state.
 */
function applyAnswer(draft: Draft, operation: Operation, object: Answered, context: Context): Draft | null {
  const { send } = operation.entry;
  if (possiblySent(send) <= 1 || isCapture(operation)) {
    return applyObject(draft, operation, { object, via: 'response' }, context);
  }
  if (
    object.object !== providerObjects[operation.kind] ||
    (providerIdOf(operation) !== null && !isOut(operation.entry))
  )
    return null;
  const readNow = { ...send, nextCheckAt: null, nextCheckRealAt: context.realNow };
  const tracked = track(draft, withProviderId(operation, object.id), { state: 'unknown', send: readNow });
  return follow(tracked, 'check', subjectOf(operation));
}

/** Applies the result of one send to its operation as it is now. */
export function decideOutcome(state: Subscriber, subject: Subject, outcome: SendOutcome, context: Context): Decision {
  const draft = draftOf(state);
  const operation = findOperation(state, subject);
  if (operation === null || isOver(operation.entry)) return ignored(`${subject.kind} is closed`);
  if (outcome.kind === 'answered') {
    const applied = applyAnswer(draft, operation, outcome.object, context);
    return applied === null ? ignored('the answer is of another kind or adds nothing') : accepted(applied);
  }
  // The operation has moved on since that send, so a late result of it does not count.
  if (!isOut(operation.entry)) return ignored(`${subject.kind} is ${operation.entry.state}`);
  return accepted(applyVerdict(draft, operation, judge(operation.entry.send, outcome), context));
}
