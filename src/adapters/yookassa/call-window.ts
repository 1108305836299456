import { countedMs } from '../../application/ports/provider-budget.ts';

/** Counts the calls of the last `countedMs`, and remembers no older ones. */
export function createCallWindow(monotonicMs: () => number) {
  const instants: number[] = [];
  const count = (): number => {
    const sinceMs = monotonicMs() - countedMs;
    const first = instants.findIndex((at) => at > sinceMs);
    instants.splice(0, first === -1 ? instants.length : first);
    return instants.length;
  };
  return { count, add: (): void => void instants.push(monotonicMs()) };
}
