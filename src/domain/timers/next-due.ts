import type { Policy } from '../model/policy.ts';
import type { Subscriber } from '../model/subscriber.ts';
import { definitionOf, type Due, type NextDue, timerTypes } from './index.ts';

const earliest = (dues: readonly Due[]): Due | null =>
  dues.reduce<Due | null>((best, next) => (best === null || next.at < best.at ? next : best), null);

/**
 * The next thing that must happen to this subscriber, computed at every save by nothing but the state. Business time is
 * the subscriber's clock; real time protects sends and polls pages while a test clock stands still.
 */
export function nextDue(state: Subscriber, policy: Policy): NextDue {
  const dues = timerTypes.map((type) => definitionOf(type).dues(state, policy));
  return {
    business: earliest(dues.flatMap(({ business }) => business)),
    real: earliest(dues.flatMap(({ real }) => real)),
  };
}
