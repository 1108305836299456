import { finalizeDecision } from '../../../src/domain/subscription/finalize-decision.ts';
import { newSubscriber } from '../../../src/domain/model/subscriber.ts';
import { noon } from '../test-system.ts';
import { contextAt, type Move, type Place } from './move.ts';
import { orderMoves } from './order-moves.ts';
import { paymentMoves } from './payment-moves.ts';
import { signature } from './signature.ts';
import { subscriptionTimers } from './subscription-timers.ts';
import { type Transition, transitionsOf } from './transition.ts';

/** More than twice the present number. Beyond it, `signature` distinguishes places that are equal for the rules. */
const placesMax = 22_000;

function movesFrom(place: Place): readonly Move[] {
  const { payment, watched } = place.state;
  if (watched.length > 0) return watched.flatMap((one) => paymentMoves(one, place));
  const moves = [...orderMoves(place), ...subscriptionTimers(place)];
  return payment === null ? moves : [...moves, ...paymentMoves(payment, place)];
}

/**
 * A watched payment and the rest do not influence each other, so each is followed alone: all pairs of their states would be
 * a thousand times as many places. Refunds influence neither of the two and are left out.
 */
function followedApart({ state, now }: Place, from: Place): readonly Place[] {
  const rest = { ...state, refunds: [], watched: [] };
  const watched = state.watched.map((one) => ({ state: { ...rest, payment: null, watched: [one] }, now }));
  return from.state.watched.length > 0 ? watched : [{ state: rest, now }, ...watched];
}

function step(
  place: Place,
  move: Move,
): { readonly next: readonly Place[]; readonly did: readonly Transition[] } | null {
  const decision = move.decide(place.state, contextAt(move.now));
  if (decision.kind === 'ignored') return null;
  const { state, events } = finalizeDecision(place.state, decision.events, contextAt(move.now));
  const did = transitionsOf(
    place.state,
    events.map(({ event }) => event),
    move.cause,
  );
  return { next: followedApart({ state, now: move.now }, place), did };
}

/** Every transition that the rules allow, found breadth first from a new subscriber. */
export function exploreLives(): readonly Transition[] {
  const waiting: Place[] = [{ state: newSubscriber('user'), now: noon }];
  const seen = new Set(waiting.map(signature));
  const found = new Map<string, Transition>();
  for (const place of waiting) {
    for (const move of movesFrom(place)) {
      const stepped = step(place, move);
      if (stepped === null) continue;
      for (const transition of stepped.did) found.set(Object.values(transition).join(), transition);
      for (const next of stepped.next) {
        const name = signature(next);
        if (seen.has(name)) continue;
        seen.add(name);
        waiting.push(next);
      }
    }
    if (seen.size > placesMax)
      throw new Error(`more than ${placesMax} places: the exploration does not come to an end`);
  }
  return [...found.values()];
}
