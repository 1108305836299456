import { decideCommand } from '../../domain/commands/decide-command.ts';
import type { Facts } from '../../domain/commands/definition.ts';
import type { Command, CommandInput } from '../../domain/commands/index.ts';
import type { CommandOutcome, RejectionReason } from '../../domain/model/command.ts';
import type { Context, Ids } from '../../domain/model/context.ts';
import type { Epoch } from '../../domain/model/epoch.ts';
import { isPublic } from '../../domain/model/events.ts';
import type { Instant } from '../../domain/model/instant.ts';
import type { Money } from '../../domain/model/money.ts';
import type { Policy } from '../../domain/model/policy.ts';
import type { BindableType } from '../../domain/model/provider.ts';
import { newSubscriber, type Subscriber } from '../../domain/model/subscriber.ts';
import { finalizeDecision } from '../../domain/subscription/finalize-decision.ts';
import { plannedEnd } from '../../domain/subscription/planned-end.ts';
import type { SubscriberStore } from '../ports/subscriber-store.ts';
import { lookUp, type LookUpServices } from '../services/look-up.ts';
import { type NextCharge, nextChargeOf } from './next-charge-of.ts';
import { subscriberNow, type SubscriberTimeServices } from '../services/subscriber-now.ts';

export type PreviewServices = SubscriberTimeServices &
  LookUpServices & {
    readonly store: Pick<SubscriberStore, 'load'>;
    readonly policy: Policy;
    readonly ids: Ids;
    readonly epoch: () => Epoch | null;
  };

/** What a command would come to now. */
export type Preview = {
  /** Null: the command would be carried out. */
  readonly refusedBecause: RejectionReason | null;
  /** The payment that it would open: by the saved method, or on a page. */
  readonly charge: { readonly amount: Money; readonly by: 'method' | 'page' } | null;
  /** The kind of method that the subscriber would confirm on a page first; null where none. */
  readonly binds: BindableType | null;
  /** Each payment that would be refunded, with the part that would come back. */
  readonly refunds: readonly { readonly paymentId: string; readonly amount: Money }[];
  /** When the subscription would end then; null while it would renew. */
  readonly endsAt: Instant | null;
  /** The types of the facts that would be published, in order. */
  readonly facts: readonly string[];
  /** The charge that would be planned next. */
  readonly nextCharge: NextCharge | null;
};

/** Nothing that a preview decides is sent or saved: its request needs no bytes, its payment no shop, a contact no key. */
const previewId = 'preview';
const unsent = {
  ...{ seal: () => '', shop: { accountId: '', test: true } },
  keepContact: () => ({ personalKey: '', sealed: '', masked: '' }),
};

/** Runs the rule of the command on the state. Nothing of its result is saved. */
export function previewOn(state: Subscriber, input: CommandInput, facts: Facts, context: Context): Preview {
  const actor = { kind: 'user', id: input.userId };
  const given = { commandId: previewId, actor, acceptedAt: context.realNow, bodyHash: '', notAfter: null };
  const decision = decideCommand(state, { ...input, ...given } as Command, facts, context);
  if (decision.kind === 'ignored') throw new Error(`a preview was ignored: ${decision.reason}`);
  const { state: after, events } = finalizeDecision(state, decision.events, context);
  const happened = events.map(({ event }) => event);
  const entry = after.commands.find(({ id }) => id === previewId);
  const outcome: CommandOutcome | null = entry?.outcome ?? null;
  const opened = happened.flatMap((event) => (event.type === 'payment.created' ? [event.payment] : []))[0];
  return {
    refusedBecause: outcome?.kind === 'rejected' ? outcome.reason : null,
    charge: opened === undefined ? null : { amount: opened.amount, by: opened.methodId === null ? 'page' : 'method' },
    binds: entry?.bindingId === undefined ? null : (after.binding?.methodType ?? null),
    refunds: happened.flatMap((event) =>
      event.type === 'refund.requested' ? [{ paymentId: event.refund.paymentId, amount: event.refund.amount }] : [],
    ),
    endsAt: plannedEnd(after.subscription),
    facts: happened.filter(isPublic).map(({ type }) => type),
    nextCharge: nextChargeOf(after, context.policy),
  };
}

/** Loads what the rule of a command decides on, at this instant. */
export async function readForPreview(services: PreviewServices, userId: string) {
  const subscriber = (await services.store.load(userId))?.subscriber ?? newSubscriber(userId);
  const { clock, policy, ids, epoch } = services;
  const now = await subscriberNow(services, subscriber.testClockId);
  return { subscriber, context: { now, realNow: clock.now(), policy, ids, epoch: epoch(), ...unsent } satisfies Context };
}

/** Says what the command would come to now. Nothing is written, published or sent. */
export async function previewCommand(services: PreviewServices, input: CommandInput): Promise<Preview> {
  const [{ subscriber, context }, facts] = await Promise.all([
    readForPreview(services, input.userId),
    lookUp(services, input),
  ]);
  return previewOn(subscriber, input, facts, context);
}
