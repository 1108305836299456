import type { Instant } from '../../domain/model/instant.ts';
import type { Clock } from '../ports/clock.ts';
import type { TestClocks } from '../ports/test-clocks.ts';

export type SubscriberTimeServices = {
  readonly clock: Clock;
  /** Null where the configuration has no test clocks. */
  readonly testClocks: Pick<TestClocks, 'find'> | null;
};

/** Business time of a subscriber: that of their test clock where they are bound to one, else real time. */
export async function subscriberNow(services: SubscriberTimeServices, testClockId: string | null): Promise<Instant> {
  if (testClockId === null || services.testClocks === null) return services.clock.now();
  const testClock = await services.testClocks.find(testClockId);
  return testClock?.now ?? services.clock.now();
}
