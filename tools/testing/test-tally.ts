/** The counts of all runs of jest so far. */
export type Tally = { readonly passed: number; readonly failed: number; readonly skipped: number };

export const emptyTally: Tally = { passed: 0, failed: 0, skipped: 0 };

/** A run without a report has failed. */
export const lostRun: Tally = { passed: 0, failed: 1, skipped: 0 };

/** Reads the report of `jest --json`. A suite that could not run counts as one failure, because its tests do not appear. */
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

/** The summary for programs: the last line, alone and without colour. */
export function lastLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** A run without any test is no success. */
export function isGreen({ passed, failed }: Tally): boolean {
  return failed === 0 && passed > 0;
}
