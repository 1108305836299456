import { countedMs } from '../../application/ports/provider-budget.ts';

/** Counts what happened lately. It remembers no more instants than that time may have. */
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
