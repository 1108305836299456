/** A second, as the provider may count it: any one, not those of a clock. */
const windowMs = 1_000;

/** Counts what happened in the last second. It remembers no more instants than a second may have. */
export function createCallWindow(monotonicMs: () => number) {
  const instants: number[] = [];
  const count = (): number => {
    const sinceMs = monotonicMs() - windowMs;
    const first = instants.findIndex((at) => at > sinceMs);
    instants.splice(0, first === -1 ? instants.length : first);
    return instants.length;
  };
  return { count, add: (): void => void instants.push(monotonicMs()) };
}
