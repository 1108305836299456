import type { CommandBase, CommandEntry, CommandOutcome, RejectionReason } from '../model/command.ts';
import type { Effect, Subject } from '../model/effect.ts';
import type { DomainEvent } from '../model/events.ts';
import { evolve } from './evolve.ts';
import type { Money } from '../model/money.ts';
import type { Subscriber } from '../model/subscriber.ts';

/** A decision that is being made: the state so far, the events that led to it, and the effects to run after the save. */
export type Draft = {
  readonly state: Subscriber;
  readonly events: readonly DomainEvent[];
  readonly effects: readonly Effect[];
};

/** A decision: its events and effects or, for logs, why there are none. */
export type Decision =
  | {
      readonly kind: 'accepted';
      readonly events: readonly DomainEvent[];
      /** Run in this order once the events are saved. */
      readonly effects: readonly Effect[];
      /** The operation whose next send the events reserve. It is sent after the save and is not among the effects. */
      readonly reserved: Subject | null;
    }
  | { readonly kind: 'ignored'; readonly reason: string };

export const draftOf = (state: Subscriber): Draft => ({ state, events: [], effects: [] });

export const accepted = ({ events, effects }: Draft, reserved: Subject | null = null): Decision => ({
  kind: 'accepted',
  events,
  effects,
  reserved,
});

export const ignored = (reason: string): Decision => ({ kind: 'ignored', reason });

/** Links the command with the open payment, whose end resolves it. */
export function waitForPayment(draft: Draft, commandId: string): Draft {
  const { payment, commands } = draft.state;
  const entry = commands.find(({ id }) => id === commandId);
  if (entry === undefined || payment === null) return draft;
  return record(draft, { type: 'command.received', entry: { ...entry, paymentId: payment.id } });
}

/** Adds an effect to run after the save. */
export const follow = (draft: Draft, kind: Effect['kind'], subject: Subject): Draft => ({
  ...draft,
  effects: [...draft.effects, { kind, subject }],
});

export const record = (draft: Draft, ...events: readonly DomainEvent[]): Draft => ({
  ...draft,
  state: events.reduce(evolve, draft.state),
  events: [...draft.events, ...events],
});

type Alarm = Omit<Extract<DomainEvent, { readonly type: 'invariant.violated' }>, 'type' | 'expected' | 'actual'>;
type Amounts = { readonly expected?: Money | null; readonly actual?: Money | null };

/** A rule was broken, or the provider contradicts itself: operators are alerted. */
export const alarm = (draft: Draft, broken: Alarm & Amounts): Draft =>
  record(draft, { type: 'invariant.violated', expected: null, actual: null, ...broken });

export const resolve = (draft: Draft, commandId: string, outcome: CommandOutcome): Draft =>
  record(draft, { type: 'command.resolved', commandId, outcome });

export const reject = (draft: Draft, { commandId }: CommandBase, reason: RejectionReason): Draft =>
  resolve(draft, commandId, { kind: 'rejected', reason });

type OutcomeKind = CommandOutcome['kind'] | null;

/** The commands that the payment or binding decides, of those with such outcomes. */
export const commandsOf = ({ commands }: Subscriber, operationId: string, kinds: readonly OutcomeKind[]) =>
  commands.filter(
    ({ paymentId, bindingId, outcome }) =>
      (paymentId === operationId || bindingId === operationId) && kinds.includes(outcome?.kind ?? null),
  );

const resolveAll = (draft: Draft, commands: readonly CommandEntry[], outcome: CommandOutcome): Draft =>
  commands.reduce((resolved, { id }) => resolve(resolved, id, outcome), draft);

/** Resolves the commands of the payment or binding that have no outcome yet. */
export const answerWaiting = (draft: Draft, operationId: string, outcome: CommandOutcome): Draft =>
  resolveAll(draft, commandsOf(draft.state, operationId, [null]), outcome);

/** It has ended: resolves its commands, also those whose outcome so far is its page. `type`: only such commands. */
export function endCommands(draft: Draft, operationId: string, outcome: CommandOutcome, type?: string): Draft {
  const open = commandsOf(draft.state, operationId, [null, 'requires_action']);
  return resolveAll(draft, type === undefined ? open : open.filter((entry) => entry.type === type), outcome);
}
