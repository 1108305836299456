import { setTimeout as wait } from 'node:timers/promises';

/** Load and kills need gaps in real time; what must become true is awaited by waitUntil instead. */
export const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  wait(ms, undefined, signal === undefined ? {} : { signal });
