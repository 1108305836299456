import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { reconcile } from '../../../src/application/reconciliation/reconcile.ts';
import type { PaymentProvider } from '../../../src/application/ports/payment-provider.ts';
import { dayMs, hourMs, minuteMs, secondMs } from '../../../src/domain/model/instant.ts';
import { createReconciledActive } from '../../support/reconciled-system.ts';
import type { TestSystem } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';

/** A subscriber who has paid, and the provider's books with a payment that we do not know. */
async function withStranger() {
  const { system, books, paid } = await createReconciledActive(user);
  const stranger = { ...paid, id: 'stranger', metadata: { ...paid.metadata, paymentId: 'never-heard-of' } };
  books.put(stranger);
  return { system, books, paid, stranger };
}

describe('a slice whose list the provider never gives', () => {
  test.each(['http_500', 'too_many_pages'])(
    'is left for later after six hours, and the others are compared: %s',
    async (reason) => {
      const { system, books, stranger } = await withStranger();
      const isBad = { from: stranger.createdAt - 2 * dayMs, to: stranger.createdAt - 2 * dayMs + 1 };
      books.list.failWhere(({ from, to }) => (from < isBad.to && isBad.from < to ? reason : null));
      const began = system.clock.now();
      /** The runs of each minute, until one has compared what comes after the bad slice. */
      async function compareBehind(): Promise<unknown> {
        const result = await books.reconcile('nightly').catch((error: unknown) => error);
        if (typeof result === 'object' && result !== null && 'unknown_here' in result) return result;
        expect(system.clock.now() - began).toBeLessThan(7 * hourMs);
        system.clock.advance(minuteMs);
        return compareBehind();
      }
      expect(await compareBehind()).toMatchObject({ unknown_here: 1, not_compared: 1 });
      expect(system.clock.now() - began).toBeGreaterThanOrEqual(6 * hourMs);
      books.list.failWhere(() => null);
      system.clock.advance(10 * minuteMs);
      for (let open = 2; open > 0; open -= 1) await books.reconcile('nightly');
      expect(await books.reconcile('nightly')).toMatchObject({ unknown_here: 1, not_compared: 0 });
    },
  );

  test('holds up no later walk: the next one passes it at once', async () => {
    const { system, books, stranger } = await withStranger();
    const bad = stranger.createdAt - 2 * dayMs;
    books.list.failWhere(({ from, to }) => (from <= bad && bad < to ? 'http_500' : null));
    /** How many runs, one a minute, a walk takes. */
    async function walkThrough(): Promise<number> {
      for (let runs = 1; ; runs += 1) {
        await books.reconcile('nightly').catch(() => undefined);
        system.clock.advance(minuteMs);
        const walk = await system.services.walks.load('nightly');
        if (walk !== null && walk.at === walk.to) return runs;
      }
    }
    expect(await walkThrough()).toBeGreaterThan(6 * 60);
    system.clock.advance(dayMs);
    expect(await walkThrough()).toBeLessThan(60);
    expect(await books.reconcile('nightly')).toMatchObject({ unknown_here: 1, not_compared: 1 });
  });

  test('is not passed in an outage of all lists, which loses nothing', async () => {
    const { system, books } = await withStranger();
    books.list.failWhere(() => 'http_500');
    for (let minutes = 0; minutes < 12 * 60; minutes += 1) {
      await books.reconcile('nightly').catch(() => undefined);
      system.clock.advance(minuteMs);
    }
    expect(await system.services.walks.load('nightly')).toMatchObject({ open: [], summary: { pages: 0 } });
    books.list.failWhere(() => null);
    expect(await books.reconcile('nightly')).toMatchObject({ unknown_here: 1, not_compared: 0 });
  });

  test('fails every run until then, so that an alert says it', async () => {
    const { system, books } = await withStranger();
    books.list.failWhere(() => 'http_403');
    for (let minutes = 0; minutes < 60; minutes += 1) {
      await expect(books.reconcile('weekly')).rejects.toMatchObject({ code: 'list_unreadable' });
      system.clock.advance(minuteMs);
    }
  });
});

test('a slice whose list takes longer than three minutes goes on in pieces, and is compared', async () => {
  const { system, books, paid } = await createReconciledActive(user);
  // A page has three. Their hour is in the third slice of the window.
  for (let n = 0; n < 30; n += 1) {
    const createdAt = paid.createdAt - 3 * dayMs + n * minuteMs;
    books.put({ ...paid, id: `other-${n}`, createdAt, metadata: { paymentId: null, userId: null, testClockId: null } });
  }
  const lengths: number[] = [];
  books.list.failWhere(({ from, to }) => {
    lengths.push(to - from);
    system.clock.advance(minuteMs);
    return null;
  });
  const done = async (): Promise<boolean> => {
    const walk = await system.services.walks.load('nightly');
    return walk !== null && walk.at === walk.to;
  };
  for (let runs = 0; !(await done()); runs += 1) {
    expect(runs).toBeLessThan(200);
    await books.reconcile('nightly');
  }
  expect(Math.min(...lengths)).toBeLessThan(30 * minuteMs);
  expect((await system.services.walks.load('nightly'))?.summary).toMatchObject({ differences: { foreign: 30 } });
});

describe('a success of ours that no list has', () => {
  type Read = PaymentProvider['read'];
  const silent: Read = () => Promise.resolve({ kind: 'unavailable', reason: 'http_500' });

  /** What waits for the clock goes on. */
  async function asTimePasses<Result>({ clock }: TestSystem, work: Promise<Result>): Promise<Result> {
    const pending = { work: true };
    const noted = work.finally(() => (pending.work = false));
    while (pending.work) {
      clock.advance(secondMs);
      await turn();
    }
    return noted;
  }

  /** Our payment is in none of the provider's lists. */
  async function withLost() {
    const { system, books, paid } = await createReconciledActive(user);
    books.remove(paid.id);
    const { provider } = books.services;
    const compare = (changes: Partial<PaymentProvider> = {}) =>
      reconcile({ ...books.services, provider: { ...provider, ...changes } }, 'nightly');
    return { system, books, compare };
  }

  test('is compared again while the provider does not answer for its id', async () => {
    const { system, compare } = await withLost();
    expect(await compare({ read: silent })).not.toHaveProperty('absent_there');
    system.clock.advance(10 * minuteMs);
    expect(await compare()).toMatchObject({ absent_there: 1 });
  });

  test('stays absent while the provider does not answer for its id, once that was announced', async () => {
    const { system, books, compare } = await withLost();
    expect(await compare()).toMatchObject({ absent_there: 1 });
    await books.handleHints();
    system.clock.advance(10 * minuteMs);
    expect(await compare({ read: silent })).toMatchObject({ absent_there: 1 });
    system.clock.advance(10 * minuteMs);
    expect(await asTimePasses(system, compare({ acquireSlot: () => null }))).toMatchObject({ absent_there: 1 });
  });

  test('waits for a call of the provider while payments use them all', async () => {
    const { system, books, compare } = await withLost();
    const began = system.clock.now();
    const acquireSlot = () =>
      system.clock.now() - began < 5 * secondMs ? null : books.services.provider.acquireSlot();
    expect(await asTimePasses(system, compare({ acquireSlot }))).toMatchObject({ absent_there: 1 });
  });
});
