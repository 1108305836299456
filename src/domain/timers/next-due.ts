import type { Context } from '../model/context.ts';
import type { Policy } from '../model/policy.ts';
import type { Subscriber } from '../model/subscriber.ts';
import { definitionOf, type Due, type NextDue, type Timer, timerTypes } from './index.ts';

const earliest = (dues: readonly Due[]): Due | null =>
  dues.reduce<Due | null>((best, next) => (best === null || next.at < best.at ? next : best), null);

/**
 * What is due next for the subscriber, computed from the state alone at every save. Business time is the subscriber's
 * clock. Real time repeats sends and polls pages also while a test clock stands still.
 */
export function nextDue(state: Subscriber, policy: Policy): NextDue {
  const dues = timerTypes.map((type) => definitionOf(type).dues(state, policy));
  return {
    business: earliest(dues.flatMap(({ business }) => business)),
    real: earliest(dues.flatMap(({ real }) => real)),
  };
}

/** What is due in business time and waits for no command. A charge that waits for one hides it, as only the earliest is announced. */
export function dueBesideCommands(state: Subscriber, { now, policy }: Context): Timer | null {
  const dues = timerTypes
    .map(definitionOf)
    .filter((definition) => !('decide' in definition && definition.yieldsToCommands))
    .flatMap(({ dues: duesOf }) => duesOf(state, policy).business);
  return earliest(dues.filter(({ at }) => at <= now))?.timer ?? null;
}
