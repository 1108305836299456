import { expect, test } from '@jest/globals';
import { coalesce } from '../../../src/adapters/mongo/coalesce.ts';

test('an answer that cannot be read fails its own caller, and not those who share its query', async () => {
  const load = coalesce((ids: readonly string[]) => {
    const answerTo = (id: string): string => {
      if (id === 'broken') throw new TypeError('the document is broken');
      return `${id} of ${ids.length}`;
    };
    return Promise.resolve(answerTo);
  });
  const answers = await Promise.allSettled(['first', 'broken', 'last'].map(load));
  expect(answers).toEqual([
    { status: 'fulfilled', value: 'first of 3' },
    { status: 'rejected', reason: new TypeError('the document is broken') },
    { status: 'fulfilled', value: 'last of 3' },
  ]);
});

test('a query that fails fails all its callers, and the next one is made again', async () => {
  let isUnavailable = true;
  const load = coalesce(async (ids: readonly string[]) => {
    await Promise.resolve();
    if (isUnavailable) throw new Error('no answer');
    return (id: string): string => `${id} of ${ids.length}`;
  });
  const failed = await Promise.allSettled(['a', 'b'].map(load));
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  isUnavailable = false;
  expect(await load('c')).toBe('c of 1');
});
