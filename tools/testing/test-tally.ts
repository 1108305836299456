/** What all runs of jest have found so far. */
export type Tally = { readonly passed: number; readonly failed: number; readonly skipped: number };

export const emptyTally: Tally = { passed: 0, failed: 0, skipped: 0 };

/** A run that ended without a report has failed, whatever it did before. */
export const lostRun: Tally = { passed: 0, failed: 1, skipped: 0 };

/** Reads the report of `jest --json`; a suite that could not run counts as one failure, as its tests never appear. */
export function tallyOf(report: unknown): Tally {
  if (typeof report !== 'object' || report === null) return lostRun;
  const count = (name: string): number => {
    const value: unknown = Reflect.get(report, name);
    return typeof value === 'number' ? value : 0;
  };
  return {
    passed: count('numPassedTests'),
    failed: count('numFailedTests') + count('numRuntimeErrorTestSuites'),
    skipped: count('numPendingTests') + count('numTodoTests'),
  };
}

export function add(one: Tally, other: Tally): Tally {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
  };
}

/** The form that programs read; it stands alone on the last line, without colour. */
export function lastLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** Nothing executed is no success. */
export function isGreen({ passed, failed }: Tally): boolean {
  return failed === 0 && passed > 0;
}
