import { hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import type { World } from '../world/world.ts';
import { wasMadeBefore } from './go-back.ts';
import type { Saved } from './saved.ts';

/** Moscow has had one offset since 2014. */
const offsetMs = 3 * hourMs;
const minutesPerDay = 24 * 60;

const minutesAt = (at: number): number => Math.floor((at + offsetMs) / minuteMs) % minutesPerDay;

/** The first instant from `at` on at which a charge may be made. */
export function chargedFrom({ chargingHours }: World, at: number): number {
  if (chargingHours === null) return at;
  const { fromMinutes, untilMinutes } = chargingHours;
  const minutes = minutesAt(at);
  if (minutes >= fromMinutes && minutes < untilMinutes) return at;
  return at - (at % minuteMs) + ((fromMinutes - minutes + minutesPerDay) % minutesPerDay) * minuteMs;
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
