import type { Clock } from '../../application/ports/clock.ts';

export type CallQueue = <Result>(call: () => Promise<Result>) => Promise<Result>;

/**
 * One call at a time, in the sequence in which they came, and at most so many begun a second. A call waits here and not
 * at the provider, so that long reads take nothing from the calls that move money.
 */
export function createCallQueue(
  { requestsPerSecond }: { readonly requestsPerSecond: number },
  clock: Pick<Clock, 'monotonicMs' | 'wait'>,
): CallQueue {
  const spacingMs = Math.ceil(1_000 / requestsPerSecond);
  let last: Promise<unknown> = Promise.resolve();
  let freeAtMs = clock.monotonicMs();
  const begin = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    const waitMs = freeAtMs - clock.monotonicMs();
    if (waitMs > 0) await clock.wait(waitMs);
    freeAtMs = clock.monotonicMs() + spacingMs;
    return call();
  };
  return (call) => {
    const result = last.then(() => begin(call));
    last = result.catch(() => undefined);
    return result;
  };
}
