import { setTimeout as pause } from 'node:timers/promises';

export type Wait = {
  readonly timeoutMs: number;
  readonly intervalMs: number;
  /** Ends the wait early, and the wait throws its reason. */
  readonly signal?: AbortSignal;
};

/** Probes until the answer is true or the time is over; returns whether it became true. A throwing probe counts as false. */
export async function waitUntil(probe: () => boolean | Promise<boolean>, wait: Wait): Promise<boolean> {
  const deadlineMs = performance.now() + wait.timeoutMs;
  for (;;) {
    wait.signal?.throwIfAborted();
    if (await holds(probe)) return true;
    if (performance.now() >= deadlineMs) return false;
    await pause(wait.intervalMs);
  }
}

async function holds(probe: () => boolean | Promise<boolean>): Promise<boolean> {
  try {
    return await probe();
  } catch {
    return false;
  }
}

/** Resolves when the signal is aborted, be that before or after the call. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
