import { hourMs, minuteMs, type Instant } from '../domain/model/instant.ts';
import { type Timer, timerId, type TimerType } from '../domain/timers/index.ts';
import type { CoreServices } from './core-services.ts';
import type { DueSubscriber } from './ports/subscriber-store.ts';
import type { TestClock } from './ports/test-clocks.ts';

/** Found, claimed and published together: one question of each kind for so many. */
const batchMax = 500;
/** Batches of one run: midnight on the first of a month must not wait for the next second again and again. */
const batchesMax = 20;
/** How long an announcement is left alone before it is repeated; doubles with each acknowledged one. */
const repeatAfterMs = 5 * minuteMs;
const repeatAfterMsMax = hourMs;
/** How long Kafka may take; not acknowledged = not counted, and announced again. */
const publishDeadlineMs = 10_000;

type AnnounceServices = Pick<CoreServices, 'store' | 'clock' | 'publisher' | 'messageFactory' | 'randomId' | 'policy'>;

const pauseAfter = (tries: number): number => Math.min(repeatAfterMs * 2 ** Math.min(tries, 10), repeatAfterMsMax);

/** What of a document's next due has really come: on its own clock, in real time, or both. */
function timersDue(due: DueSubscriber, businessNow: Instant, realNow: Instant): readonly Timer[] {
  const { business, real } = due.announce;
  const come = [
    ...(business !== null && business.at <= businessNow ? [business.timer] : []),
    ...(real !== null && real.at <= realNow ? [real.timer] : []),
  ];
  return [...new Map(come.map((timer) => [timerId(timer), timer])).values()];
}

type Announced = { readonly found: number; readonly announced: number };

/** Announces what has fallen due, batch by batch; what is left after that is found by the next run. */
export async function announceDue(
  services: AnnounceServices,
  types: readonly TimerType[],
  testClock: TestClock | null = null,
): Promise<Announced> {
  let sum: Announced = { found: 0, announced: 0 };
  for (let batch = 0; batch < batchesMax && sum.found === batch * batchMax; batch += 1) {
    const { found, announced } = await announceBatch(services, types, testClock);
    sum = { found: sum.found + found, announced: sum.announced + announced };
  }
  return sum;
}

/**
 * Claims each document's announcement as seen, then publishes a timer under a name that a repeat repeats. Decides nothing;
 * three pods at once announce each thing once, and twice would change nothing.
 */
async function announceBatch(
  services: AnnounceServices,
  types: readonly TimerType[],
  testClock: TestClock | null,
): Promise<Announced> {
  // A consumer whose clock is behind would find a thing "not due yet", and its announcement would rest for minutes.
  const realNow = services.clock.now() - services.policy.clockSkewMs;
  const found = await services.store.findDue({
    types,
    realNow,
    testClock: testClock === null ? null : { id: testClock.id, now: testClock.now },
    limit: batchMax,
  });
  if (found.length === 0) return { found: 0, announced: 0 };
  const claims = found.map((due) => ({ due, notBefore: realNow + pauseAfter(due.announce.tries) }));
  const won = await services.store.claimDue(claims);
  const mine = claims.filter((_, index) => won[index] === true);
  const businessNow = (due: DueSubscriber): Instant =>
    testClock !== null && due.testClockId === testClock.id
      ? testClock.now
      : due.testClockId === null
        ? realNow
        : -Infinity;
  const messages = mine.flatMap(({ due }) =>
    timersDue(due, businessNow(due), realNow)
      .filter((timer) => types.includes(timer.type))
      .map((timer) => {
        const trace = { correlationId: services.randomId(), causationId: timerId(timer) };
        return services.messageFactory.timer(timer, { userId: due.userId, at: realNow, trace });
      }),
  );
  if (messages.length > 0) await services.publisher.publish(messages, publishDeadlineMs);
  await services.store.countTries(mine.map(({ due, notBefore }) => ({ userId: due.userId, notBefore })));
  return { found: found.length, announced: messages.length };
}
