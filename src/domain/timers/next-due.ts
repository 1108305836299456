import type { Policy } from '../model/policy.ts';
import type { Subscriber } from '../model/subscriber.ts';
import { definitionOf, type Due, type NextDue, timerTypes } from './index.ts';

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
