import type { Clock } from '../ports/clock.ts';

const tooLate = Symbol('too late');

/**
 * Waits for the work for at most `ms`, then resolves with the result of `late`, or undefined without one. `signal` ends
 * the wait early in the same way. The work gets a signal that aborts when the wait is over.
 */
export async function within<Result, Late = undefined>(
  { clock, ms, signal }: { readonly clock: Pick<Clock, 'wait'>; readonly ms: number; readonly signal?: AbortSignal },
  work: (over: AbortSignal) => Result | Promise<Result>,
  late?: () => Late | Promise<Late>,
): Promise<Result | Late> {
  const over = new AbortController();
  const waitOver = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]);
  try {
    const bound = clock.wait(ms, waitOver).then((): typeof tooLate => tooLate);
    const first = await Promise.race([work(over.signal), bound]);
    return first === tooLate ? ((await late?.()) as Late) : first;
  } finally {
    // The default reason is an error with a stack, which costs time and is never read.
    over.abort('over');
  }
}
