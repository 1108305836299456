import { decideCommand } from '../../domain/commands/decide-command.ts';
import type { Facts } from '../../domain/commands/definition.ts';
import type { Command, CommandInput } from '../../domain/commands/index.ts';
import type { CommandOutcome, RejectionReason } from '../../domain/model/command.ts';
import type { Context, Ids } from '../../domain/model/context.ts';
import type { Epoch } from '../../domain/model/epoch.ts';
import { type DomainEvent, isPublic } from '../../domain/model/events.ts';
import type { Instant } from '../../domain/model/instant.ts';
import type { Money } from '../../domain/model/money.ts';
import type { NoticeKind } from '../../domain/model/notice.ts';
import type { Policy } from '../../domain/model/policy.ts';
import type { BindableType } from '../../domain/model/provider.ts';
import { newSubscriber, type Subscriber } from '../../domain/model/subscriber.ts';
import type { Tariff } from '../../domain/model/tariff.ts';
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
  /** The payment that it would open, of a period of this tariff: by the saved method, or on a page. */
  readonly charge: { readonly amount: Money; readonly by: 'method' | 'page'; readonly tariff: Tariff } | null;
  /** The kind of method that the subscriber would confirm on a page first; null where none. */
  readonly binds: BindableType | null;
  /** Each payment that would be refunded, with the part that would come back. */
  readonly refunds: readonly { readonly paymentId: string; readonly amount: Money }[];
  /** When the subscription would end then; null while it would renew. */
  readonly endsAt: Instant | null;
  /** When it would be in effect; null where it is refused, and where the provider has to answer first. */
  readonly effectiveAt: Instant | null;
  /** The types of the facts that would be published, in order. */
  readonly facts: readonly string[];
  /** The notices among them, each of a charge or an end at `at`. */
  readonly notices: readonly { readonly kind: NoticeKind; readonly at: Instant; readonly amount: Money | null }[];
  /** The charge that would be planned next. */
  readonly nextCharge: NextCharge | null;
};

/** Nothing that a preview decides is sent or saved: its request needs no bytes, its payment no shop, a contact no key. */
const previewId = 'preview';
const unsent = {
  ...{ seal: () => '', shop: { accountId: '', test: true } },
  keepContact: () => ({ personalKey: '', sealed: '', masked: '' }),
};

/** The payment among the events. A period is of the tariff that the subscription has, a purchase of the one that is bought. */
function chargeIn(events: readonly DomainEvent[], { subscription }: Subscriber): Preview['charge'] {
  const payment = events.flatMap((event) => (event.type === 'payment.created' ? [event.payment] : []))[0];
  const tariff = payment?.purchase?.tariff ?? subscription?.tariff;
  if (payment === undefined || tariff === undefined) return null;
  return { amount: payment.amount, by: payment.methodId === null ? 'page' : 'method', tariff };
}

type NoticeEvent = Extract<DomainEvent, { readonly noticeId: string }>;
const isNotice = (event: DomainEvent): event is NoticeEvent => 'noticeId' in event;

const noticeOf = (event: NoticeEvent): Preview['notices'][number] => ({
  kind: event.type.slice('notice.'.length) as NoticeKind,
  ...('chargeAt' in event ? { at: event.chargeAt, amount: event.amount } : { at: event.endsAt, amount: null }),
});

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
  const endsAt = plannedEnd(after.subscription);
  // Of all commands only a cancel takes effect later than it is carried out.
  const inEffectAt = (input.type === 'subscription.cancel' ? endsAt : null) ?? context.now;
  return {
    refusedBecause: outcome?.kind === 'rejected' ? outcome.reason : null,
    charge: chargeIn(happened, after),
    binds: entry?.bindingId === undefined ? null : (after.binding?.methodType ?? null),
    refunds: happened.flatMap((event) =>
      event.type === 'refund.requested' ? [{ paymentId: event.refund.paymentId, amount: event.refund.amount }] : [],
    ),
    endsAt,
    effectiveAt: outcome?.kind === 'completed' ? inEffectAt : null,
    facts: happened.filter(isPublic).map(({ type }) => type),
    notices: happened.filter(isNotice).map(noticeOf),
    nextCharge: nextChargeOf(after, context.policy),
  };
}

/** Loads what the rule of a command decides on, at this instant. */
export async function readForPreview(services: PreviewServices, userId: string) {
  const subscriber = (await services.store.load(userId))?.subscriber ?? newSubscriber(userId);
  const { clock, policy, ids, epoch } = services;
  const now = await subscriberNow(services, subscriber.testClockId);
  return {
    subscriber,
    context: { now, realNow: clock.now(), policy, ids, epoch: epoch(), ...unsent } satisfies Context,
  };
}

/** Says what the command would come to now. Nothing is written, published or sent. */
export async function previewCommand(services: PreviewServices, input: CommandInput): Promise<Preview> {
  const [{ subscriber, context }, facts] = await Promise.all([
    readForPreview(services, input.userId),
    lookUp(services, input),
  ]);
  return previewOn(subscriber, input, facts, context);
}
