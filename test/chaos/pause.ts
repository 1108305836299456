import { setTimeout as wait } from 'node:timers/promises';

/** A gap in real time between actions of load and kills. A condition is awaited with waitUntil instead. */
export const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  wait(ms, undefined, signal === undefined ? {} : { signal });
