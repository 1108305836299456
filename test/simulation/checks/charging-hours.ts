import { hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import type { World } from '../world/world.ts';
import type { Saved } from './saved.ts';

/** Moscow has had one offset since 2014. */
const offsetMs = 3 * hourMs;
const minutesPerDay = 24 * 60;

const minutesOf = (at: number): number => Math.floor((at + offsetMs) / minuteMs) % minutesPerDay;

/** When a charge that is due then may begin. */
export function chargedFrom({ chargingHours }: World, at: number): number {
  if (chargingHours === null) return at;
  const { fromMinutes, untilMinutes } = chargingHours;
  const minutes = minutesOf(at);
  if (minutes >= fromMinutes && minutes < untilMinutes) return at;
  return at + (minutes < fromMinutes ? fromMinutes - minutes : minutesPerDay - minutes + fromMinutes) * minuteMs;
}

/** 36: a charge that the subscriber did not ask for begins within the charging hours. */
export function checkChargingHours(world: World, { before, after }: Pick<Saved, 'before' | 'after'>): void {
  const { payment, subscription, userId } = after;
  if (world.chargingHours === null || payment?.kind !== 'charge' || payment.id === before?.payment?.id) return;
  const asked = subscription?.status === 'past_due' ? (subscription.dunning.asked ?? []) : [];
  if (asked.some(({ attemptNo }) => attemptNo === payment.attemptNo)) return;
  const minutes = minutesOf(payment.createdAt);
  const { fromMinutes, untilMinutes } = world.chargingHours;
  if (minutes < fromMinutes || minutes >= untilMinutes)
    world.breach('36: no charge outside of the charging hours', userId, payment);
}
