import type { Clock } from '../application/ports/clock.ts';
import { Fault, isPassing } from '../application/ports/faults.ts';
import type { Log } from '../application/ports/log.ts';
import { minuteMs, secondMs } from '../domain/model/instant.ts';

/** What the deploy step of this version has not made yet. */
const unprepared: readonly string[] = [
  'topics_missing',
  'schemas_missing',
  'indexes_missing',
  'encryption_key_unmarked',
];

/** Often enough that a process starts as soon as it can; a check is a few requests. */
const everyMs = 2 * secondMs;
/** Indexes of a large collection take minutes. The startup probe of the pods gives a minute more than this. */
const waitMsMax = 10 * minuteMs;

/** What a wait is for; null: it would change nothing, and the process ends. */
function waitingFor(error: unknown): string | null {
  if (error instanceof Fault && unprepared.includes(error.code))
    return 'the deploy step of this version is not done, waiting for it';
  return isPassing(error) ? 'a server does not answer, waiting for it' : null;
}

/**
 * Repeats a check until the deploy step has made what it looks for and the servers answer: in a roll-out all of them start together
 * with this process, and a restart would only take longer. `/health` is not there meanwhile, so nothing is sent to the process. A
 * command of staff does not wait: a person reads the fault.
 */
export async function awaitNeeds<Found>(
  { log, waitsForNeeds }: { readonly log: Pick<Log, 'warn'>; readonly waitsForNeeds?: true },
  clock: Clock,
  check: () => Promise<Found>,
): Promise<Found> {
  const deadlineMs = clock.monotonicMs() + waitMsMax;
  let said: string | null = null;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      const line = waitingFor(error);
      if (line === null || waitsForNeeds !== true || clock.monotonicMs() >= deadlineMs) throw error;
      if (line !== said) log.warn(line, { detail: error instanceof Fault ? error.message : null });
      said = line;
      await clock.wait(everyMs);
    }
  }
}
