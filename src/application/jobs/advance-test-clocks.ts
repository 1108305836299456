import { secondMs } from '../../domain/model/instant.ts';
import { timerTypes } from '../../domain/timers/index.ts';
import { announceDue } from './announce-due.ts';
import type { CoreServices } from '../services/core-services.ts';
import type { TestClock } from '../ports/test-clocks.ts';

/** Clocks per run. */
const clocksMax = 10;
/** The bound of one run. The next run continues a clock that has not reached its target. */
const runMsMax = 20 * secondMs;
/** How often a step is checked for being settled. */
const settleEveryMs = 25;
/** After this the clock moves on without the step: its timers are announced again in real time. */
const settleMsMax = 15 * secondMs;

/** Announces what is due at the clock's now, and waits until it is handled with all that follows from it. */
async function settle(services: CoreServices, testClock: TestClock): Promise<void> {
  const startedMs = services.clock.monotonicMs();
  while (services.clock.monotonicMs() - startedMs < settleMsMax) {
    if (await services.store.isQuiescent(testClock.id, testClock.now)) return;
    await announceDue(services, timerTypes, testClock);
    await services.clock.wait(settleEveryMs);
  }
  services.log.warn('test clock step did not settle', { testClockId: testClock.id });
}

/** Moves the clock from one due instant to the next, up to the target. A restart continues from the stored now. */
async function advance(services: CoreServices, id: string, deadlineMs: number): Promise<number> {
  const { testClocks } = services;
  if (testClocks === null) return 0;
  let steps = 0;
  while (services.clock.monotonicMs() < deadlineMs) {
    const testClock = await testClocks.clocks.find(id);
    if (testClock?.status !== 'advancing') return steps;
    await settle(services, testClock);
    // Also when a step did not settle, the clock stops at the due instants of all other subscribers.
    const to = (await services.store.earliestDue(id, testClock.now, testClock.target)) ?? testClock.target;
    // The provider's clock moves first: a page that it closes at that time must be closed when we check it.
    await testClocks.mirror.set(id, to);
    const moved = { ...testClock, now: to };
    const isLast = to === testClock.target;
    if (isLast) {
      // A client acts when it sees `ready`, so what is due at the target is settled first.
      if (!(await testClocks.clocks.step(id, { from: testClock.now, to, ready: false }))) return steps;
      await settle(services, moved);
    }
    if (!(await testClocks.clocks.step(id, { from: isLast ? to : testClock.now, to, ready: isLast }))) return steps;
    steps += 1;
  }
  return steps;
}

/** Moves every test clock that has not reached its target (development only). */
export async function advanceTestClocks(
  services: CoreServices,
): Promise<{ readonly clocks: number; readonly steps: number }> {
  const advancing = (await services.testClocks?.clocks.findAdvancing(clocksMax)) ?? [];
  const deadlineMs = services.clock.monotonicMs() + runMsMax;
  const steps = await Promise.all(advancing.map((testClock) => advance(services, testClock.id, deadlineMs)));
  return { clocks: advancing.length, steps: steps.reduce((sum, count) => sum + count, 0) };
}
