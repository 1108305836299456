import type { Clock } from './ports/clock.ts';

const tooLate = Symbol('too late');

/**
 * Waits for the work, but no longer than the bound: then `late` answers in its place, undefined without one. The signal that
 * the work receives aborts when nothing waits for it any more. `leaving` ends the wait early, as the bound does.
 */
export async function within<Result, Late = undefined>(
  { clock, ms, leaving }: { readonly clock: Pick<Clock, 'wait'>; readonly ms: number; readonly leaving?: AbortSignal },
  work: (over: AbortSignal) => Result | Promise<Result>,
  late?: () => Late | Promise<Late>,
): Promise<Result | Late> {
  const over = new AbortController();
  const waitOver = leaving === undefined ? over.signal : AbortSignal.any([leaving, over.signal]);
  try {
    const bound = clock.wait(ms, waitOver).then((): typeof tooLate => tooLate);
    const first = await Promise.race([work(over.signal), bound]);
    return first === tooLate ? ((await late?.()) as Late) : first;
  } finally {
    // A reason of our own: the default is an error with a stack, which costs time and is never read.
    over.abort('over');
  }
}
