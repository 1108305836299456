import type { Clock } from '../application/ports/clock.ts';
import type { Log } from '../application/ports/log.ts';
import { secondMs } from '../domain/model/instant.ts';

/** As often as Prometheus usually asks. */
const everyMs = 30 * secondMs;

export type Sampled<Value> = {
  /** Null before the first read and after a failed one: an old value would say that nothing has changed. */
  readonly latest: () => Value | null;
  /** Since the last read that succeeded, or since the begin. */
  readonly ageMs: () => number;
};

/** Reads again and again until the signal aborts. The clients of `read` bound how long one read may take. */
export function keepSampling<Value>(
  name: string,
  read: () => Promise<Value>,
  { clock, log, signal }: { readonly clock: Clock; readonly log: Pick<Log, 'warn'>; readonly signal: AbortSignal },
): Sampled<Value> {
  let latest: Value | null = null;
  let readAtMs = clock.monotonicMs();
  const sample = async (): Promise<void> => {
    try {
      latest = await read();
      readAtMs = clock.monotonicMs();
    } catch (cause) {
      latest = null;
      if (!signal.aborted) log.warn('what waits could not be measured', { name }, cause);
    }
  };
  const keep = async (): Promise<void> => {
    while (!signal.aborted) {
      await sample();
      await clock.wait(everyMs, signal);
    }
  };
  void keep();
  return { latest: () => latest, ageMs: () => clock.monotonicMs() - readAtMs };
}
