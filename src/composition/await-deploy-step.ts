import type { Clock } from '../application/ports/clock.ts';
import { Fault } from '../application/ports/faults.ts';
import type { Log } from '../application/ports/log.ts';
import { minuteMs, secondMs } from '../domain/model/instant.ts';

/** What the deploy step of this version has not made yet. Any other fault at the start ends the process. */
const unprepared: readonly string[] = [
  'topics_missing',
  'schemas_missing',
  'indexes_missing',
  'encryption_key_unmarked',
];

/** Often enough that a process starts as soon as the step is done; a check is a few requests. */
const everyMs = 2 * secondMs;
/** Indexes of a large collection take minutes. The startup probe of the pods gives a minute more than this. */
const waitMsMax = 10 * minuteMs;

/**
 * Repeats a check until the deploy step has made what it looks for: in a roll-out pods and deploy step start together, and a
 * restart would only take longer. `/health` is not there meanwhile, so nothing is sent to the process. A command of staff
 * does not wait: a person reads the fault.
 */
export async function awaitDeployStep<Found>(
  { log, waitsForDeployStep }: { readonly log: Pick<Log, 'warn'>; readonly waitsForDeployStep?: true },
  clock: Clock,
  check: () => Promise<Found>,
): Promise<Found> {
  const deadlineMs = clock.monotonicMs() + waitMsMax;
  let hasSaid = false;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      const isEarly = error instanceof Fault && unprepared.includes(error.code);
      if (!isEarly || waitsForDeployStep !== true || clock.monotonicMs() >= deadlineMs) throw error;
      if (!hasSaid) log.warn('the deploy step of this version is not done, waiting for it', { detail: error.message });
      hasSaid = true;
      await clock.wait(everyMs);
    }
  }
}
