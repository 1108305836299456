import { hourMs, minuteMs, type Instant } from '../../domain/model/instant.ts';
import { type Timer, timerId, type TimerType } from '../../domain/timers/index.ts';
import type { CoreServices } from '../services/core-services.ts';
import type { OutMessage } from '../ports/outbox.ts';
import type { DueSubscriber } from '../ports/subscriber-store.ts';
import type { TestClock } from '../ports/test-clocks.ts';

/** Subscribers per find, claim and publish. */
const batchMax = 500;
/** Batches per run: a peak, such as midnight on the first of a month, must not take one run for each 500 subscribers. */
const batchesMax = 20;
/** How long before a timer is announced again; doubles with each acknowledged announcement. */
const repeatAfterMs = 5 * minuteMs;
const repeatAfterMsMax = hourMs;
/** How long Kafka may take. A timer without its acknowledgement is not counted, and is announced again. */
const publishDeadlineMs = 10_000;

type AnnounceServices = Pick<
  CoreServices,
  'store' | 'clock' | 'log' | 'publisher' | 'messageFactory' | 'randomId' | 'policy'
>;

const pauseAfter = (tries: number): number => Math.min(repeatAfterMs * 2 ** Math.min(tries, 10), repeatAfterMsMax);

/**
 * The timers of a document that are due now: on its own clock, in real time, or both. A newer version may have saved one of a type
 * that this process does not know.
 */
function timersDue(
  due: DueSubscriber,
  types: readonly TimerType[],
  { businessNow, realNow }: { readonly businessNow: Instant; readonly realNow: Instant },
): readonly Timer[] {
  const { business, real } = due.announce;
  const timers = [
    ...(business !== null && business.at <= businessNow ? [business.timer] : []),
    ...(real !== null && real.at <= realNow ? [real.timer] : []),
  ];
  const wanted = timers.filter((timer) => types.includes(timer.type));
  return [...new Map(wanted.map((timer) => [timerId(timer), timer])).values()];
}

type Announced = { readonly found: number; readonly announced: number };

/** Announces what is due, batch by batch. The next run finds what is due after the last batch. */
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

/** The announcements of a document. One that cannot be built is a bug, and must not keep those of its batch from being published. */
function messagesOf(
  { log, messageFactory, randomId }: AnnounceServices,
  { userId }: DueSubscriber,
  timers: readonly Timer[],
  at: Instant,
): readonly OutMessage[] {
  try {
    return timers.map((timer) => {
      const trace = { correlationId: randomId(), causationId: timerId(timer) };
      return messageFactory.timer(timer, { userId, at, trace });
    });
  } catch (cause) {
    log.error('a timer cannot be announced', { userId }, cause);
    return [];
  }
}

/**
 * Claims the announcement of each document by compare-and-set, then publishes its timers, so several processes announce
 * each timer once. Timer ids are deterministic, and a timer that is announced twice changes nothing.
 */
async function announceBatch(
  services: AnnounceServices,
  types: readonly TimerType[],
  testClock: TestClock | null,
): Promise<Announced> {
  // A consumer whose clock is slow would ignore an early timer as not due, and the next announcement takes minutes.
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
  const claimed = claims.filter((_, index) => won[index] === true);
  const businessNow = (due: DueSubscriber): Instant =>
    testClock !== null && due.testClockId === testClock.id
      ? testClock.now
      : due.testClockId === null
        ? realNow
        : -Infinity;
  const messages = claimed.flatMap(({ due }) =>
    messagesOf(services, due, timersDue(due, types, { businessNow: businessNow(due), realNow }), realNow),
  );
  if (messages.length > 0) await services.publisher.publish(messages, publishDeadlineMs);
  await services.store.countTries(claimed.map(({ due, notBefore }) => ({ userId: due.userId, notBefore })));
  return { found: found.length, announced: messages.length };
}
