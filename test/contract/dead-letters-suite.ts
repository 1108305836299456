import { describe, expect, test } from '@jest/globals';
import type { DeadLetter, DeadLetterQuery, DeadLetters } from '../../src/application/ports/dead-letters.ts';

export const sampleDeadLetter = (offset: number, more: Partial<DeadLetter> = {}): DeadLetter => ({
  ...{ topic: 'billing.commands.v1', partition: 4, offset: String(offset), key: 'user', timestamp: 5 },
  ...{ consumerGroup: 'billing-commands', errorClass: 'poison', errorCode: 'invalid_value', reason: 'is wrong' },
  ...{ firstFailedAt: 1_000 + offset, attempts: 1, sealed: `sealed ${offset}`, replayOf: null, ...more },
});

export const idOfSample = (offset: number): string => `billing.commands.v1:4:${offset}:billing-commands`;

const all: DeadLetterQuery = { state: null, topic: null, errorCode: null, after: null, limit: 10 };

export function deadLettersSuite(name: string, open: () => Promise<DeadLetters>): void {
  describe(`dead letters ${name}`, () => {
    const offsetsOf = async (letters: DeadLetters, query: Partial<DeadLetterQuery> = {}) =>
      (await letters.list({ ...all, ...query })).map(({ offset }) => Number(offset));

    test('a kept dead letter is found whole, and the list has all of it but the sealed record', async () => {
      const letters = await open();
      const letter = sampleDeadLetter(7, { key: null, timestamp: null, replayOf: idOfSample(3) });
      await letters.keep(letter);
      const kept = { ...letter, id: idOfSample(7), state: 'open', closedAt: null };
      expect(await letters.find(idOfSample(7))).toEqual(kept);
      const { sealed, ...listed } = kept;
      expect([sealed, await letters.list(all)]).toEqual(['sealed 7', [listed]]);
      expect(await letters.find(idOfSample(8))).toBeNull();
    });

    test('a dead letter that is kept again stays as it is, whatever became of it', async () => {
      const letters = await open();
      await letters.keep(sampleDeadLetter(7));
      expect(await letters.close(idOfSample(7), 'discarded', 9_000)).toBe('discarded');
      await letters.keep(sampleDeadLetter(7, { reason: 'said anew' }));
      expect(await letters.list(all)).toMatchObject([{ reason: 'is wrong', state: 'discarded', closedAt: 9_000 }]);
    });

    test('the same record given up by two groups is two dead letters', async () => {
      const letters = await open();
      await letters.keep(sampleDeadLetter(7));
      await letters.keep(sampleDeadLetter(7, { consumerGroup: 'another' }));
      expect(await letters.list(all)).toHaveLength(2);
    });

    test('a record of another time at the same place, as after a lost topic, is a dead letter of its own', async () => {
      const letters = await open();
      await letters.keep(sampleDeadLetter(7));
      await letters.close(idOfSample(7), 'discarded', 9_000);
      const anew = sampleDeadLetter(7, { timestamp: 6, firstFailedAt: 2_000 });
      const id = await letters.idOf(anew);
      for (const again of [anew, anew, sampleDeadLetter(7)]) await letters.keep(again);
      expect(await letters.list(all)).toMatchObject([
        { id, timestamp: 6, state: 'open' },
        { id: idOfSample(7), timestamp: 5, state: 'discarded' },
      ]);
      expect(await letters.close(id, 'replayed', 9_001)).toBe('replayed');
      expect([await letters.idOf(sampleDeadLetter(7)), await letters.idOf(anew)]).toEqual([idOfSample(7), id]);
    });

    test('the first end stays: what is replayed cannot be discarded, nor the other way round', async () => {
      const letters = await open();
      for (const offset of [1, 2]) await letters.keep(sampleDeadLetter(offset));
      expect(await letters.close(idOfSample(1), 'replayed', 9_000)).toBe('replayed');
      expect(await letters.close(idOfSample(1), 'discarded', 9_001)).toBe('replayed');
      expect(await letters.close(idOfSample(2), 'discarded', 9_000)).toBe('discarded');
      expect(await letters.close(idOfSample(2), 'replayed', 9_001)).toBe('discarded');
      expect(await letters.find(idOfSample(1))).toMatchObject({ closedAt: 9_000 });
      expect(await letters.close(idOfSample(3), 'replayed', 9_000)).toBeNull();
    });

    test('the newest comes first, page after page, also where many failed at the same instant', async () => {
      const letters = await open();
      for (const offset of [1, 2, 3, 4, 5, 6, 7])
        await letters.keep(sampleDeadLetter(offset, { firstFailedAt: offset < 6 ? 1_000 : 2_000 }));
      const seen: number[] = [];
      let after: DeadLetterQuery['after'] = null;
      for (;;) {
        const page: Awaited<ReturnType<DeadLetters['list']>> = await letters.list({ ...all, after, limit: 2 });
        seen.push(...page.map(({ offset }) => Number(offset)));
        after = page.at(-1) ?? null;
        if (after === null) break;
      }
      expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1]);
    });

    test('the list can be narrowed to a state, a topic and an error code', async () => {
      const letters = await open();
      await letters.keep(sampleDeadLetter(1));
      await letters.keep(sampleDeadLetter(2, { topic: 'billing.hints.v1' }));
      await letters.keep(sampleDeadLetter(3, { errorCode: 'not_framed' }));
      await letters.close(idOfSample(1), 'replayed', 9_000);
      expect(await offsetsOf(letters, { state: 'open' })).toEqual([3, 2]);
      expect(await offsetsOf(letters, { topic: 'billing.commands.v1' })).toEqual([3, 1]);
      expect(await offsetsOf(letters, { errorCode: 'not_framed' })).toEqual([3]);
      expect(await offsetsOf(letters, { state: 'replayed', errorCode: 'not_framed' })).toEqual([]);
    });
  });
}
