import { describe, expect, it } from '@jest/globals';
import { type AwaitedCommand, createAwaitOutcome } from '../../../src/application/requests/await-outcomes.ts';
import { unseen } from '../../../src/application/requests/awaited-outcome.ts';
import { Fault } from '../../../src/application/ports/faults.ts';
import type { CommandEntry } from '../../../src/domain/model/command.ts';
import type { PastPayment } from '../../../src/domain/model/context.ts';
import { newSubscriber } from '../../../src/domain/model/subscriber.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';
import { createManualClock } from '../../support/manual-clock.ts';

const paidPage: PastPayment = {
  paymentId: 'p',
  subscriptionId: 's',
  periodKey: 'initial',
  attemptNo: 1,
  kind: 'checkout',
  amount: { amountMinor: 29_900, currency: 'RUB' },
  state: 'succeeded',
  providerPaymentId: 'at-the-provider',
  watchedBecause: null,
  isRefunded: false,
  capturedAt: 0,
  isDuplicate: false,
};
const page = { kind: 'requires_action', redirectUrl: 'https://pay.example/1', subscriptionId: 's' } as const;
const shown = { paymentId: 'p', outcome: page };
const first = { acceptedAt: 0, claimedAt: 0, bodyHash: 'body' };
const done = { kind: 'completed', subscriptionId: null } as const;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function setUp() {
  const clock = createManualClock(0);
  const log = createLogRecorder();
  const entries = new Map<string, CommandEntry>();
  const readModel = new Map<string, CommandEntry>();
  const payments = new Map<string, PastPayment>();
  const queries: number[] = [];
  let away = false;
  let hangs = false;
  const awaitOutcome = createAwaitOutcome({
    clock,
    log,
    store: {
      load: () => Promise.resolve(null),
      findCommands: (wanted) => {
        queries.push(wanted.length);
        if (hangs) return new Promise(() => undefined);
        if (away) return Promise.reject(new Fault('store_unavailable', 'no answer', { retryable: true }));
        return Promise.resolve(
          wanted.flatMap(({ userId, commandId }) => {
            const entry = entries.get(commandId);
            return entry === undefined ? [] : [{ userId, entry, subscriber: newSubscriber(userId) }];
          }),
        );
      },
    },
    past: {
      findCommand: (_userId, commandId) => Promise.resolve(readModel.get(commandId) ?? null),
      findPayment: (_userId, paymentId) => Promise.resolve(payments.get(paymentId) ?? null),
    },
  });
  const entry = (id: string, more: Partial<CommandEntry> = {}): CommandEntry => ({
    id,
    type: 'subscription.pay',
    bodyHash: 'body',
    acceptedAt: 0,
    paymentId: null,
    outcome: null,
    ...more,
  });
  const wait = (commandId: string, more: Partial<AwaitedCommand> = {}) =>
    awaitOutcome({
      userId: `user of ${commandId}`,
      commandId,
      bodyHash: 'body',
      mayBeOld: false,
      until: 'answer',
      waitMs: 10_000,
      signal: new AbortController().signal,
      ...more,
    });
  /** Time passes in the steps of the poll. */
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 20) {
      clock.advance(20);
      await turn();
    }
  };
  return {
    clock,
    log,
    entries,
    readModel,
    payments,
    queries,
    entry,
    wait,
    pass,
    breakStore: (down: boolean) => (away = down),
    hangStore: () => (hangs = true),
  };
}

describe('waiting for outcomes', () => {
  it('makes one query for all waiting requests, and none without them', async () => {
    const { entries, queries, entry, wait, pass } = setUp();
    const waiting = ['a', 'b', 'c'].map((id) => wait(id));
    await pass(40);
    expect(queries).toEqual([3, 3]);
    for (const id of ['a', 'b', 'c']) entries.set(id, entry(id, { outcome: done }));
    await pass(20);
    expect(await Promise.all(waiting)).toEqual(Array(3).fill(expect.objectContaining({ kind: 'ended' })));
    await pass(200);
    expect(queries).toHaveLength(3);
  });

  it('asks less often for what has waited for two seconds, and as often as before for what has not', async () => {
    const { queries, entries, entry, wait, pass } = setUp();
    const old = wait('a');
    await pass(2_000);
    queries.length = 0;
    await pass(1_000);
    expect(queries).toEqual([1, 1, 1, 1, 1]);
    const young = wait('b');
    await pass(100);
    expect(queries.slice(5)).toHaveLength(5);
    for (const id of ['a', 'b']) entries.set(id, entry(id, { outcome: done }));
    await pass(200);
    expect(await Promise.all([old, young])).toEqual(Array(2).fill(expect.objectContaining({ kind: 'ended' })));
  });

  it('continues while the outcome is open, for each request until its own bound', async () => {
    const { entries, entry, wait, pass } = setUp();
    entries.set('a', entry('a'));
    const [short, long] = [wait('a', { waitMs: 100 }), wait('a', { waitMs: 1_000 })];
    await pass(100);
    expect(await short).toEqual({ kind: 'pending', first });
    entries.set('a', entry('a', { outcome: done }));
    await pass(20);
    expect(await long).toMatchObject({ kind: 'ended', outcome: done });
  });

  it('reports at once that the key belongs to another body', async () => {
    const { entries, entry, wait, pass } = setUp();
    entries.set('a', entry('a', { bodyHash: 'another' }));
    const waiting = wait('a');
    await pass(20);
    expect(await waiting).toEqual({ kind: 'other_body' });
  });

  it('asks the read model for a repeat whose command is no longer in the document', async () => {
    const { readModel, entry, wait } = setUp();
    readModel.set('a', entry('a', { outcome: done }));
    expect(await wait('a', { mayBeOld: true })).toMatchObject({ kind: 'ended', outcome: done, subscriber: null });
  });

  it.each([
    ['paid', {}, { kind: 'completed', subscriptionId: 's' }],
    ['paid and given back', { isRefunded: true }, { kind: 'rejected', reason: 'superseded' }],
    ['declined', { state: 'failed' }, { kind: 'rejected', reason: 'payment_declined' }],
    ['given up', { state: 'aborted' }, { kind: 'rejected', reason: 'provider_unreachable' }],
    [
      'replaced',
      { state: 'requires_action', watchedBecause: 'superseded' },
      { kind: 'rejected', reason: 'superseded' },
    ],
    ['canceled', { state: 'failed', watchedBecause: 'canceled' }, { kind: 'rejected', reason: 'canceled' }],
    ['open', { state: 'requires_action' }, page],
  ] as const)('reports to a command no longer in the document that its page is %s', async (_how, more, outcome) => {
    const { readModel, payments, entry, wait } = setUp();
    readModel.set('a', entry('a', shown));
    payments.set('p', { ...paidPage, ...more });
    expect(await wait('a', { mayBeOld: true })).toMatchObject({ kind: 'ended', outcome, subscriber: null });
  });

  it('believes the document before read models that are behind it', async () => {
    const { entries, readModel, entry, wait, pass } = setUp();
    readModel.set('a', entry('a', shown));
    entries.set('a', entry('a', { ...shown, outcome: done }));
    const waiting = wait('a', { mayBeOld: true });
    await pass(20);
    expect(await waiting).toMatchObject({ outcome: done });
  });

  it('counts a page as an answer, but not as the end', async () => {
    const { entries, queries, entry, wait, pass } = setUp();
    entries.set('a', entry('a', shown));
    const [answer, end] = [wait('a'), wait('a', { until: 'end' })];
    await pass(20);
    expect(await answer).toMatchObject({ outcome: page });
    await pass(1_980);
    entries.set('a', entry('a', { ...shown, outcome: done }));
    await pass(1_000);
    expect(await end).toMatchObject({ outcome: done });
    // Once for the answer, and once a second for those who wait at a page.
    expect(queries).toHaveLength(4);
  });

  it('keeps room for commands, however many requests wait at a page', async () => {
    const { wait, pass } = setUp();
    const ends = Array.from({ length: 2_501 }, (_, index) => wait(`end ${index}`, { until: 'end', waitMs: 200 }));
    expect(await ends[2_500]).toEqual(unseen);
    let isAnswered = false;
    const order = wait('order', { waitMs: 100 }).then(() => (isAnswered = true));
    await pass(80);
    expect(isAnswered).toBe(false);
    await pass(200);
    await Promise.all([...ends, order]);
  });

  it('splits many requests into queries of bounded size', async () => {
    const { queries, wait, pass } = setUp();
    const waiting = Array.from({ length: 1_100 }, (_, index) => wait(String(index), { waitMs: 20 }));
    await pass(20);
    expect(queries).toEqual([500, 500, 100]);
    await Promise.all(waiting);
  });

  it('ends a wait that was not requested, or whose client has disconnected', async () => {
    const { wait, queries } = setUp();
    expect(await wait('a', { waitMs: 0 })).toEqual(unseen);
    expect(queries).toEqual([]);
    const gone = new AbortController();
    const waiting = wait('a', { signal: gone.signal });
    gone.abort();
    expect(await waiting).toEqual(unseen);
  });

  it.each([
    ['decided', done, { kind: 'ended', outcome: done }],
    ['not decided yet', null, { kind: 'pending', first }],
  ])('looks a repeat up once that does not wait: %s', async (_how, outcome, expected) => {
    const { entries, queries, entry, wait } = setUp();
    entries.set('a', entry('a', { outcome }));
    expect(await wait('a', { waitMs: 0, mayBeOld: true })).toMatchObject(expected);
    expect(queries).toEqual([1]);
  });

  it('looks a repeat up once for which there is no room to wait', async () => {
    const { entries, entry, wait, pass } = setUp();
    const others = Array.from({ length: 5_000 }, (_, index) => wait(String(index), { waitMs: 20 }));
    entries.set('a', entry('a', { outcome: done }));
    expect(await wait('b')).toEqual(unseen);
    expect(await wait('a', { mayBeOld: true })).toMatchObject({ kind: 'ended', outcome: done });
    await pass(20);
    await Promise.all(others);
  });

  it('looks a repeat up no longer than its bound, and no error comes of it', async () => {
    const { wait, log, breakStore, hangStore, clock } = setUp();
    breakStore(true);
    expect(await wait('a', { waitMs: 0, mayBeOld: true })).toEqual(unseen);
    expect(log.lines.map(({ level }) => level)).toEqual(['warn']);
    hangStore();
    const waiting = wait('a', { waitMs: 0, mayBeOld: true });
    clock.advance(1_000);
    expect(await waiting).toEqual(unseen);
  });

  it('survives an outage of the database, and queries it less often', async () => {
    const { entries, entry, queries, wait, pass, breakStore, log } = setUp();
    breakStore(true);
    const waiting = wait('a');
    await pass(400);
    expect(queries).toHaveLength(1);
    expect(log.lines.map(({ level }) => level)).toEqual(['warn']);
    breakStore(false);
    entries.set('a', entry('a', { outcome: done }));
    await pass(400);
    expect(await waiting).toMatchObject({ kind: 'ended' });
  });
});
