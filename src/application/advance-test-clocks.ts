import { secondMs } from '../domain/model/instant.ts';
import { timerTypes } from '../domain/timers/index.ts';
import { announceDue } from './announce-due.ts';
import type { CoreServices } from './core-services.ts';
import type { TestClock } from './ports/test-clocks.ts';

/** Clocks moved in one run. */
const clocksMax = 10;
/** One run lasts no longer than this; a clock that is not there yet is taken up by the next run. */
const runMsMax = 20 * secondMs;
/** How often a step is asked whether it has settled. */
const settleEveryMs = 25;
/** A step that does not settle by then is left behind: its timers are announced again in real time. */
const settleMsMax = 15 * secondMs;

/** Announces what is due at the clock's now, and waits until it has led to all it leads to. */
async function settle(services: CoreServices, testClock: TestClock): Promise<void> {
  const startedMs = services.clock.monotonicMs();
  while (services.clock.monotonicMs() - startedMs < settleMsMax) {
    if (await services.store.isQuiescent(testClock.id, testClock.now)) return;
    await announceDue(services, timerTypes, testClock);
    await services.clock.wait(settleEveryMs);
  }
  services.log.warn('test clock step did not settle', { testClockId: testClock.id });
}

/** From due instant to due instant up to the target, nobody skipped; a restart goes on where the clock stands. */
async function advance(services: CoreServices, id: string, deadlineMs: number): Promise<number> {
  const { testClocks } = services;
  if (testClocks === null) return 0;
  let steps = 0;
  while (services.clock.monotonicMs() < deadlineMs) {
    const testClock = await testClocks.clocks.find(id);
    if (testClock?.status !== 'advancing') return steps;
    await settle(services, testClock);
    // What did not settle is left behind; everybody else's due instants are still stepped through one by one.
    const to = (await services.store.earliestDue(id, testClock.now, testClock.target)) ?? testClock.target;
    // The provider's clock goes first: whatever it ends at that time must be over when we ask about it.
    await testClocks.mirror.set(id, to);
    const there = { ...testClock, now: to };
    const last = to === testClock.target;
    if (last) {
      // `ready` is the last word, so what is due at the target itself settles before it is said.
      if (!(await testClocks.clocks.step(id, { from: testClock.now, to, ready: false }))) return steps;
      await settle(services, there);
    }
    if (!(await testClocks.clocks.step(id, { from: last ? to : testClock.now, to, ready: last }))) return steps;
    steps += 1;
  }
  return steps;
}

/** Moves every test clock that is on its way (development only). */
export async function advanceTestClocks(
  services: CoreServices,
): Promise<{ readonly clocks: number; readonly steps: number }> {
  const advancing = (await services.testClocks?.clocks.findAdvancing(clocksMax)) ?? [];
  const deadlineMs = services.clock.monotonicMs() + runMsMax;
  const steps = await Promise.all(advancing.map((testClock) => advance(services, testClock.id, deadlineMs)));
  return { clocks: advancing.length, steps: steps.reduce((sum, count) => sum + count, 0) };
}
