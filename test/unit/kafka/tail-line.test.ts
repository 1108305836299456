import { expect, test } from '@jest/globals';
import { compareTailLines, type TailLine } from '../../../src/adapters/kafka/admin/tail-line.ts';

const line = (time: string, key: string, sequence: number | null, place = 't:0'): TailLine => ({
  ...{ time, key, sequence, topic: place.slice(0, 1), offset: place.slice(2) },
  ...{ type: null, id: null, correlationId: null, partition: 0, value: null },
});

test('lines are sorted by time, then by user, then in their own order', () => {
  const sorted = [
    line('2026-01-01', 'b', 9),
    line('2026-01-02', 'a', null, 's:4'),
    line('2026-01-02', 'a', null, 't:3'),
    line('2026-01-02', 'a', 1, 'z:0'),
    line('2026-01-02', 'a', 2, 'a:0'),
    line('2026-01-02', 'b', 1),
    line('2026-01-02', 'b', 1, 't:11'),
  ];
  expect(sorted.toReversed().toSorted(compareTailLines)).toEqual(sorted);
});
