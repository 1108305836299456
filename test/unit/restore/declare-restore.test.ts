import { describe, expect, test } from '@jest/globals';
import { handleCommands } from '../../../consumers/handle-commands.ts';
import { handleHints } from '../../../consumers/handle-hints.ts';
import { keepDeadLetters } from '../../../consumers/keep-dead-letters.ts';
import { reconcileEntitlements } from '../../../consumers/reconcile-entitlements.ts';
import type { DeclaredRestore } from '../../../src/application/ports/epochs.ts';
import { declareRestore, type NamedRestore } from '../../../src/application/restore/declare-restore.ts';
import { rewoundTopics } from '../../../src/composition/restore/rewound-topics.ts';
import { firstSequence } from '../../../src/domain/model/epoch.ts';
import { dayMs, hourMs } from '../../../src/domain/model/instant.ts';
import { noon } from '../../support/tariffs.ts';

const named = { restoredAt: noon - 10 * hourMs, stoppedAt: noon - hourMs };

test('a restore is declared: its lists are read from a day before the backup, and its numbers begin above all', () => {
  const declared = declareRestore(null, named, noon);
  expect(declared).toEqual({
    ...{ ...named, upAt: noon, refundsRecalledTo: named.restoredAt - dayMs, recalledTo: named.restoredAt - dayMs },
    ...{ completedAt: null, earlier: [], isReadModelBack: false },
  });
  // A restore before this one is forgotten with its database: its numbers lie below all the same.
  const [before, after] = [dayMs, 0].map((ms) => firstSequence({ ...named, upAt: noon - ms }));
  expect(after! - before!).toBe(24 * 60 * 60);
});

function declaredOf(named: NamedRestore, now: number, last: DeclaredRestore | null = null): DeclaredRestore {
  const declared = declareRestore(last, named, now);
  if (typeof declared === 'string') throw new Error(declared);
  return declared;
}

test('a restore that broke off goes on where it was, and another one waits for it', () => {
  const further = { ...declaredOf(named, noon), recalledTo: noon };
  expect(declareRestore(further, named, noon + hourMs)).toBe(further);
  expect(declareRestore(further, { ...named, isAgain: true }, noon + hourMs)).toBe(further);
  const other = { restoredAt: noon - hourMs, stoppedAt: null };
  expect(declareRestore(further, other, noon + hourMs)).toMatch('is not complete');
  const complete = { ...further, completedAt: noon };
  expect(declareRestore(complete, other, noon + hourMs)).toMatchObject({ ...other, stoppedAt: noon + hourMs });
});

describe('a backup whose restore is complete', () => {
  const complete = { ...declaredOf(named, noon), completedAt: noon };

  test.each([
    ['the same stop', named],
    ['no stop', { ...named, stoppedAt: null }],
  ])('is refused: it does not follow that anything went back to it once more: %s', (_, repeated) => {
    expect(declareRestore(complete, repeated, noon + hourMs)).toMatch('add --again');
  });

  test.each([
    ['the services have run and stopped since', { ...named, stoppedAt: noon + hourMs }],
    ['a person says so', { ...named, isAgain: true }],
  ])('is declared anew, from the beginning, where %s', (_, once) => {
    const later = declaredOf(once, noon + 2 * hourMs, complete);
    expect(later).toMatchObject({ upAt: noon + 2 * hourMs, recalledTo: named.restoredAt - dayMs, completedAt: null });
    expect(later.earlier).toEqual([firstSequence(complete)]);
  });
});

test.each([
  ['in the future', { restoredAt: noon + 1, stoppedAt: null }],
  ['older than 30 days', { restoredAt: noon - 31 * dayMs, stoppedAt: null }],
  ['before the backup was begun', { ...named, stoppedAt: named.restoredAt - 1 }],
  ['services stopped lies in the future', { ...named, stoppedAt: noon + 1 }],
])('nonsense is refused: %s', (why, nonsense) => {
  expect(declareRestore(null, nonsense, noon)).toMatch(why);
});

test('the groups that are rewound are those of the consumers, except for timers, which are announced again', () => {
  const consumers = [handleCommands, handleHints, reconcileEntitlements, keepDeadLetters];
  expect(rewoundTopics).toEqual(consumers.map(({ group, topic }) => ({ group, topic })));
});
