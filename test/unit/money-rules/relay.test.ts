import { describe, expect, test } from '@jest/globals';
import type { OutboxEntry, OutMessage } from '../../../src/application/ports/outbox.ts';
import type { SubscriberStore } from '../../../src/application/ports/subscriber-store.ts';
import { createRelay } from '../../../src/application/outbox/relay.ts';
import { sweepOutbox } from '../../../src/application/outbox/sweep-outbox.ts';
import { Fault } from '../../../src/application/ports/faults.ts';
import { hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';
import { createManualClock } from '../../support/manual-clock.ts';

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
    clock: createManualClock(0),
  });
  const down = new Fault('unacknowledged', 'broker is down', { retryable: true });
  return { relay, log, fail: () => failure.reject(down) };
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

/** Outboxes in documents, some of a schema that this process does not know, and a broker that tests make unavailable. */
function leftovers(users: Readonly<Record<string, 'known' | 'unknown' | 'unled'>>, apartMs = 0) {
  const manual = createManualClock(hourMs);
  let passesMs = 0;
  const clock = {
    ...manual,
    monotonicMs: () => {
      manual.advance(passesMs);
      return manual.monotonicMs();
    },
  };
  const log = createLogRecorder();
  const known = new Set(['known']);
  const outboxes = new Map(
    Object.entries(users).map(([key, schema], index) => [
      key,
      [1, 2].map((n): OutboxEntry => ({
        ...{ id: `${key}:${n}`, at: index * apartMs, rows: [] },
        messages: [{ topic: 't', key, headers: {}, schema, value: { id: `${key}:${n}` } }],
      })),
    ]),
  );
  const published: unknown[] = [];
  let isUnavailable = false;
  const relay = createRelay({
    store: {
      pullOutbox: (pulled) => {
        for (const { userId } of pulled) outboxes.delete(userId);
        return Promise.resolve();
      },
    },
    readModels: { write: () => Promise.resolve() },
    publisher: {
      publish: (messages) => {
        if (isUnavailable) return Promise.reject(new Fault('taken_back', 'unavailable', { retryable: true }));
        if (messages.some(({ schema }) => schema === 'unled')) {
          return Promise.reject(new Fault('unacknowledged', 'its partition has no leader', { retryable: true }));
        }
        const unknown = messages.find(({ schema }) => !known.has(schema));
        if (unknown !== undefined) return Promise.reject(new Error(`There is no schema named ${unknown.schema}.`));
        published.push(...messages.map(({ value }) => value?.['id']));
        return Promise.resolve();
      },
    },
    ...{ log, clock },
  });
  const findLeftovers: SubscriberStore['findLeftovers'] = (_, { limit, from, except }) =>
    Promise.resolve(
      [...outboxes]
        .filter(([userId, [oldest]]) => !except.includes(userId) && (oldest?.at ?? 0) >= (from ?? 0))
        .map(([userId, outbox]) => ({ userId, outbox }))
        .slice(0, limit),
    );
  const sweep = () => sweepOutbox({ store: { findLeftovers } as never, clock, relay });
  return {
    ...{ sweep, relay, clock, outboxes, published },
    errors: () => log.lines.filter(({ level }) => level === 'error'),
    /** From now on time passes at each look at the clock. */
    letPass: (ms: number) => void (passesMs = ms),
    learn: (schema: string) => known.add(schema),
    makeUnavailable: (unavailable: boolean) => void (isUnavailable = unavailable),
  };
}

const named = (kind: 'known' | 'unknown', count: number): Readonly<Record<string, 'known' | 'unknown'>> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${kind} ${index}`, kind]));

test('an outbox whose partition takes nothing holds up none of the others', async () => {
  const { sweep, published, outboxes, errors } = leftovers({ first: 'unled', ...named('known', 20), last: 'unled' });
  expect(await sweep()).toMatchObject({ found: 22, published: 20 });
  expect([published.length, [...outboxes.keys()], errors()]).toEqual([40, ['first', 'last'], []]);
});

describe('an outbox that this process cannot publish', () => {
  test('holds up no other user: two among 150, and all others are published, in order', async () => {
    const { sweep, published, outboxes, errors } = leftovers({ ...named('unknown', 2), ...named('known', 148) });
    expect(await sweep()).toMatchObject({ found: 150, published: 148 });
    expect(published.filter((id) => String(id).startsWith('known 7:'))).toEqual(['known 7:1', 'known 7:2']);
    expect([published.length, [...outboxes.keys()]]).toEqual([296, ['unknown 0', 'unknown 1']]);
    expect(errors()).toMatchObject([{ fields: { userId: 'unknown 0' } }, { fields: { userId: 'unknown 1' } }]);
  });

  test('does not starve the sweep, even where there are more of them than one batch holds', async () => {
    const { sweep, published } = leftovers({ ...named('unknown', 450), ...named('known', 20) });
    for (let run = 0; run < 4; run += 1) await sweep();
    expect(published).toHaveLength(40);
  });

  test.each([
    ['of one instant', 0],
    ['a millisecond apart', 1],
  ])(
    'does not starve the sweep where more of them, %s, than are remembered are older than the others',
    async (_, apartMs) => {
      const { sweep, published } = leftovers({ ...named('unknown', 1_500), ...named('known', 20) }, apartMs);
      for (let run = 0; run < 8; run += 1) await sweep();
      expect(published).toHaveLength(40);
    },
  );

  test('is found again by the sweep that begins anew after the end', async () => {
    const { sweep, clock, published, outboxes, learn } = leftovers(named('unknown', 450));
    for (let run = 0; run < 3; run += 1) await sweep();
    learn('unknown');
    expect([published.length, outboxes.size]).toEqual([0, 450]);
    clock.advance(hourMs);
    for (let run = 0; run < 3; run += 1) await sweep();
    expect([published.length, outboxes.size]).toEqual([900, 0]);
  });

  test('is published in order by a call during which its pause ends', async () => {
    const { sweep, relay, clock, letPass, outboxes, published, learn } = leftovers(named('unknown', 1));
    await sweep();
    learn('unknown');
    clock.advance(minuteMs - 2);
    letPass(1);
    await relay.publish('unknown 0', outboxes.get('unknown 0') ?? []);
    expect(published).toEqual([]);
  });

  test('is tried again after a pause that doubles, with an alarm each time, and published by a version that knows it', async () => {
    const { sweep, clock, published, errors, learn } = leftovers(named('unknown', 1));
    await sweep();
    for (const pauseMs of [minuteMs, 2 * minuteMs, 4 * minuteMs]) {
      const before = errors().length;
      clock.advance(pauseMs - 1);
      expect([await sweep(), errors().length]).toEqual([{ found: 0, published: 0 }, before]);
      clock.advance(1);
      await sweep();
      expect(errors()).toHaveLength(before + 1);
    }
    learn('unknown');
    clock.advance(8 * minuteMs);
    expect(await sweep()).toEqual({ found: 1, published: 1 });
    expect(published).toEqual(['unknown 0:1', 'unknown 0:2']);
  });

  test('is not suspected while the broker is unavailable: no alarm, and no user is paused', async () => {
    const { sweep, published, errors, makeUnavailable } = leftovers(named('known', 3));
    makeUnavailable(true);
    expect(await sweep()).toEqual({ found: 3, published: 0 });
    makeUnavailable(false);
    expect(await sweep()).toEqual({ found: 3, published: 3 });
    expect([published.length, errors()]).toEqual([6, []]);
  });
});
