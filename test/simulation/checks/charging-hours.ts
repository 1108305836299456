import { minuteMs } from '../../../src/domain/model/instant.ts';
import type { World } from '../world/world.ts';
import { minutesAt } from './calendar.ts';
import { wasMadeBefore } from './go-back.ts';
import type { Saved } from './saved.ts';

/** Every window of charging hours opens within a day and the hours that a change of clocks adds. */
const minutesMax = 26 * 60;

/** The first instant from `at` on at which a charge may be made, found minute by minute. */
export function chargedFrom({ chargingHours }: World, at: number): number {
  if (chargingHours === null) return at;
  const { fromMinutes, untilMinutes } = chargingHours;
  const isAllowed = (instant: number): boolean =>
    minutesAt(instant) >= fromMinutes && minutesAt(instant) < untilMinutes;
  if (isAllowed(at)) return at;
  const begun = at - (at % minuteMs);
  const minutes = Array.from({ length: minutesMax }, (_, index) => begun + (index + 1) * minuteMs);
  return minutes.find(isAllowed) ?? Infinity;
}

/** 36: a charge that the subscriber did not ask for begins within the charging hours. */
export function checkChargingHours(
  { world, witness }: Pick<Saved, 'world' | 'witness'>,
  { before, after }: Pick<Saved, 'before' | 'after'>,
): void {
  const { payment, subscription, userId } = after;
  if (world.chargingHours === null || payment?.kind !== 'charge' || payment.id === before?.payment?.id) return;
  // The provider has made it before a restore: it begins nothing, and was judged when it was begun.
  if (wasMadeBefore(witness, payment)) return;
  const asked = subscription?.status === 'past_due' ? (subscription.dunning.asked ?? []) : [];
  if (asked.some(({ attemptNo }) => attemptNo === payment.attemptNo)) return;
  if (chargedFrom(world, payment.createdAt) !== payment.createdAt)
    world.breach('36: no charge outside of the charging hours', userId, payment);
}
