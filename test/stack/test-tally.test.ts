import { expect, test } from '@jest/globals';
import { add, emptyTally, isGreen, lastLine, lostRun, tallyOf } from '../../tools/testing/test-tally.ts';

test('a report of jest is counted: pending and todo are skipped, a suite that could not run has failed', () => {
  const report = {
    numPassedTests: 5,
    numFailedTests: 1,
    numPendingTests: 2,
    numTodoTests: 1,
    numRuntimeErrorTestSuites: 1,
  };
  expect(tallyOf(report)).toEqual({ passed: 5, failed: 2, skipped: 3 });
});

test('a run without a readable report has failed', () => {
  expect(tallyOf(null)).toEqual(lostRun);
});

test('several runs add up to one line', () => {
  const two = add({ passed: 1, failed: 0, skipped: 2 }, { passed: 3, failed: 1, skipped: 0 });
  expect(lastLine(two)).toBe('4 passed, 1 failed, 2 skipped');
});

test('success means that something passed and nothing failed', () => {
  expect(isGreen({ passed: 1, failed: 0, skipped: 3 })).toBe(true);
  expect(isGreen(emptyTally)).toBe(false);
  expect(isGreen({ passed: 9, failed: 1, skipped: 0 })).toBe(false);
});
