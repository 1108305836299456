import { expect, test } from '@jest/globals';
import { handleCommands } from '../../../consumers/handle-commands.ts';
import { handleHints } from '../../../consumers/handle-hints.ts';
import { keepDeadLetters } from '../../../consumers/keep-dead-letters.ts';
import { reconcileEntitlements } from '../../../consumers/reconcile-entitlements.ts';
import { declareRestore } from '../../../src/application/restore/declare-restore.ts';
import { rewoundTopics } from '../../../src/composition/restore/rewound-topics.ts';
import { firstSequence } from '../../../src/domain/model/epoch.ts';
import { dayMs, hourMs } from '../../../src/domain/model/instant.ts';
import { noon } from '../../support/tariffs.ts';

const named = { restoredAt: noon - 10 * hourMs, stoppedAt: noon - hourMs };

test('a restore is declared: its lists are read from a day before the backup, and its numbers begin above all', () => {
  const declared = declareRestore(null, named, noon);
  expect(declared).toEqual({
    ...{ ...named, upAt: noon, refundsRecalledTo: named.restoredAt - dayMs, recalledTo: named.restoredAt - dayMs },
    ...{ completedAt: null, versionsFrom: 0, isReadModelBack: false },
  });
  // A restore before this one is forgotten with its database: its numbers lie below all the same.
  const [before, after] = [dayMs, 0].map((ms) => firstSequence({ ...named, upAt: noon - ms }));
  expect(after! - before!).toBe(24 * 60 * 60);
});

test('the same restore goes on where it was, and another one waits for it', () => {
  const declared = declareRestore(null, named, noon);
  if (typeof declared === 'string') throw new Error(declared);
  const further = { ...declared, recalledTo: noon };
  expect(declareRestore(further, named, noon + hourMs)).toBe(further);
  const other = { restoredAt: noon - hourMs, stoppedAt: null };
  expect(declareRestore(further, other, noon + hourMs)).toMatch('is not complete');
  const complete = { ...further, completedAt: noon };
  expect(declareRestore(complete, named, noon + hourMs)).toBe(complete);
  expect(declareRestore(complete, other, noon + hourMs)).toMatchObject({ ...other, stoppedAt: noon + hourMs });
});

test('rows of read models count from the epoch of the restore before, unless the backup is older than that one', () => {
  const declared = declareRestore(null, named, noon);
  if (typeof declared === 'string') throw new Error(declared);
  const last = { ...declared, completedAt: noon };
  const versionsFrom = (restoredAt: number) => declareRestore(last, { restoredAt, stoppedAt: null }, noon + 2 * hourMs);
  expect(versionsFrom(noon + hourMs)).toMatchObject({ versionsFrom: firstSequence(last) });
  expect(versionsFrom(noon - 11 * hourMs)).toMatchObject({ versionsFrom: 0 });
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
