import { describe, expect, test } from '@jest/globals';
import type { OutboxEntry, OutMessage } from '../../../src/application/ports/outbox.ts';
import { createRelay } from '../../../src/application/outbox/relay.ts';

const user = 'u1';
const silent = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined };

const entry = (id: string): OutboxEntry => ({
  id,
  at: 0,
  rows: [],
  messages: [{ topic: 't', key: user, headers: {}, schema: 's', value: { id } }],
});

/** A relay whose first publication fails when the test says so; `log` has what arrived. */
function relayWithFirstFailure() {
  const log: unknown[] = [];
  const failure = Promise.withResolvers<undefined>();
  let calls = 0;
  const publish = async (messages: readonly OutMessage[]): Promise<void> => {
    calls += 1;
    if (calls === 1) await failure.promise;
    log.push(...messages.map(({ value }) => value?.['id']));
  };
  const relay = createRelay({
    store: { pullOutbox: () => Promise.resolve() },
    readModels: { write: () => Promise.resolve() },
    publisher: { publish },
    log: silent,
  });
  return { relay, log, fail: () => failure.reject(new Error('broker is down')) };
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
}

const afterATick = (): Promise<'still waiting'> =>
  new Promise((resolve) => setImmediate(() => resolve('still waiting')));

describe('the relay', () => {
  test('continues to publish after an empty call', async () => {
    const { relay, log, fail } = relayWithFirstFailure();
    const first = relay.publish(user, [entry('a')]);
    fail();
    expect(await first).toBe(false);
    expect(await relay.publish(user, [])).toBe(true);
    expect(await Promise.race([relay.publish(user, [entry('a')]), afterATick()])).toBe(true);
    expect(log).toEqual(['a']);
  });

  test('continues to publish after a sweep passed entries that had just arrived', async () => {
    const { relay, log, fail } = relayWithFirstFailure();
    const first = relay.publish(user, [entry('a')]);
    fail();
    await first;
    await relay.publish(user, [entry('a')]);
    expect(await relay.publish(user, [entry('a')])).toBe(true);
    expect(await Promise.race([relay.publish(user, [entry('b')]), afterATick()])).toBe(true);
    expect(log).toEqual(['a', 'b']);
  });

  test.each([0, 1, 2, 3, 8])(
    'never publishes an entry before its forerunner that has just failed (save comes back after %i turns)',
    async (turn) => {
      const { relay, log, fail } = relayWithFirstFailure();
      const first = relay.publish(user, [entry('a')]);
      await turns(8);
      fail();
      await turns(turn);
      const second = relay.publish(user, [entry('a'), entry('b')]);
      await Promise.race([Promise.all([first, second]), afterATick()]);
      expect(log).toEqual(log.length === 0 ? [] : ['a', 'b']);
    },
  );
});
