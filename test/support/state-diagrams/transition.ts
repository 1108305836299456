import type { DomainEvent } from '../../../src/domain/model/events.ts';
import type { Payment } from '../../../src/domain/model/payment.ts';
import type { Subscriber } from '../../../src/domain/model/subscriber.ts';
import type { Cause } from './causes.ts';

/** What one save did to a subscription or a payment, and the facts about it that the save publishes. */
export type Transition = {
  readonly of: 'subscription' | 'payment';
  readonly from: string;
  readonly to: string;
  readonly cause: Cause;
  readonly facts: readonly string[];
};

/** The state before a subscription or payment exists. */
export const start = '[*]';

type Standing = { readonly of: Transition['of']; readonly id: string; readonly status: string };

/** A payment is `created` a second time to capture authorized money; the diagrams show that as a state of its own. */
export const capture = 'capture';

const payStatus = ({ state, step }: Payment): string => (step === 'capture' && state === 'created' ? capture : state);

/** What an event says about a subscription or a payment. */
function standingIn(event: DomainEvent): Standing | null {
  if ('subscription' in event)
    return { of: 'subscription', id: event.subscription.id, status: event.subscription.status };
  return 'payment' in event ? { of: 'payment', id: event.payment.id, status: payStatus(event.payment) } : null;
}

function standingsBefore({ subscription, payment, watched }: Subscriber): ReadonlyMap<string, string> {
  const payments = [...(payment === null ? [] : [payment]), ...watched];
  return new Map([
    ...(subscription === null ? [] : [[subscription.id, subscription.status] as const]),
    ...payments.map((one) => [one.id, payStatus(one)] as const),
  ]);
}

export function transitionsOf(before: Subscriber, events: readonly DomainEvent[], cause: Cause): readonly Transition[] {
  const known = standingsBefore(before);
  const alarms = events.some(({ type }) => type === 'invariant.violated') ? ['invariant.violated'] : [];
  const changes = new Map<string, Transition>();
  for (const event of events) {
    const standing = standingIn(event);
    if (standing === null) continue;
    const { of, id, status } = standing;
    const earlier = changes.get(id);
    const facts = event.type.endsWith('.tracked') ? [] : [event.type];
    const from = earlier?.from ?? known.get(id) ?? start;
    changes.set(id, { of, from, to: status, cause, facts: [...(earlier?.facts ?? []), ...facts] });
  }
  return [...changes.values()].map((change) => ({ ...change, facts: [...change.facts, ...alarms] }));
}
