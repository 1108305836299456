import { describe, expect, test } from '@jest/globals';
import { createBlockedCache } from '../../../src/adapters/kafka/consumer/blocked-cache.ts';
import type { BlockedKey } from '../../../src/application/ports/blocked-keys.ts';

const blocked = (key: string): BlockedKey => ({
  ...{ group: 'g', key, waiting: 1, since: 0, partition: 0, offset: '0', attempts: 0, retryAt: 0, error: null },
});

/** Each query waits until the test answers it. */
function setUp() {
  const asked: PromiseWithResolvers<readonly BlockedKey[]>[] = [];
  const cache = createBlockedCache(() => {
    const question = Promise.withResolvers<readonly BlockedKey[]>();
    asked.push(question);
    return question.promise;
  });
  const answer = async (at: number, ...keys: readonly string[]): Promise<void> => {
    asked[at]?.resolve(keys.map(blocked));
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return { cache, asked, answer };
}
async function flushPromises(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

describe('the blocked keys that a process knows', () => {
  test('all messages of a new assignment wait for one query, later ones make none', async () => {
    const { cache, asked, answer } = setUp();
    const answers = Promise.all([cache.has('a'), cache.has('b')]);
    await flushPromises();
    await answer(0, 'a');
    expect(await answers).toEqual([true, false]);
    expect([await cache.has('a'), await cache.has('c'), cache.size()]).toEqual([true, false, 1]);
    expect(asked).toHaveLength(1);
  });

  test('a key blocked by this process is known at once, also after the answer of an older query', async () => {
    const { cache, answer } = setUp();
    const first = cache.has('a');
    await flushPromises();
    await answer(0);
    expect(await first).toBe(false);
    void cache.refresh();
    await flushPromises();
    cache.add('a');
    await answer(1);
    expect(await cache.has('a')).toBe(true);
    const second = cache.refresh();
    await flushPromises();
    await answer(2);
    await second;
    expect(await cache.has('a')).toBe(false);
  });

  test('an answer from before a new assignment does not count for it', async () => {
    const { cache, asked, answer } = setUp();
    const waiting = cache.has('a');
    await flushPromises();
    cache.forget();
    await answer(0);
    await flushPromises();
    await answer(1, 'a');
    expect(await waiting).toBe(true);
    expect(asked).toHaveLength(2);
  });

  test('without an answer the message fails, and the next one queries again', async () => {
    const { cache, asked, answer } = setUp();
    const refused = cache.has('a').catch((error: unknown) => error);
    await flushPromises();
    asked[0]?.reject(new Error('away'));
    expect(await refused).toEqual(new Error('away'));
    const again = cache.has('a');
    await flushPromises();
    await answer(1);
    expect(await again).toBe(false);
  });
});
