import { describe, expect, test } from '@jest/globals';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import type { Walk } from '../../../src/application/ports/reconciliation-walks.ts';
import { windowNames } from '../../../src/domain/reconciliation/windows.ts';
import { createReconciledActive } from '../../support/reconciled-system.ts';

const user = '11111111-1111-4111-8111-111111111111';

/** A subscriber who has paid, and the provider's books. */
async function active() {
  const { system, books, paid } = await createReconciledActive(user);
  const alarms = () => system.facts(user).filter(({ type }) => type === 'invariant.violated');
  const stranger = { ...paid, id: 'stranger', metadata: { ...paid.metadata, paymentId: 'never-heard-of' } };
  return { system, books, paid, stranger, alarms };
}

describe('a difference that a person has put right', () => {
  test.each(windowNames)('counts no more ten minutes later: %s', async (window) => {
    const { system, books, paid, stranger } = await active();
    books.put(stranger);
    const first = await books.reconcile(window);
    expect(first['unknown_here']).toBe(1);
    books.put({ ...stranger, refundedMinor: paid.amount.amountMinor });
    system.clock.advance(9 * minuteMs);
    // A recent window is compared whole every ten minutes of the calendar, the others at midnight and once a week.
    if (window !== 'recent') expect((await books.reconcile(window))['unknown_here']).toBe(1);
    system.clock.advance(minuteMs);
    expect((await books.reconcile(window))['unknown_here']).toBeUndefined();
  });

  test('is compared in its own slice only, and what still differs goes on counting', async () => {
    const { system, books, stranger, alarms } = await active();
    books.put(stranger);
    await books.reconcile('nightly');
    const { open } = (await system.services.walks.load('nightly')) ?? { open: [] };
    expect(open).toMatchObject([{ differences: { unknown_here: 1 } }]);
    for (let again = 0; again < 3; again += 1) {
      system.clock.advance(10 * minuteMs);
      expect((await books.reconcile('nightly'))['unknown_here']).toBe(1);
    }
    expect((await system.services.walks.load('nightly'))?.open).toMatchObject(
      open.map(({ from, to }) => ({ from, to })),
    );
    expect(alarms()).toHaveLength(0);
    await books.handleHints();
    expect(alarms()).toHaveLength(1);
  });

  test('is still counted while the next walk has not come to it', async () => {
    const { system, books, stranger } = await active();
    books.put(stranger);
    await books.reconcile('nightly');
    system.clock.advance(dayMs);
    books.list.failWhere(({ from, to }) => (to - from > minuteMs ? 'too_many_pages' : null));
    expect((await books.reconcile('nightly'))['unknown_here']).toBe(1);
    books.list.failWhere(() => null);
    expect((await books.reconcile('nightly'))['unknown_here']).toBe(1);
  });

  test('counts until then, also where the window has moved on', async () => {
    const { system, books, paid, stranger } = await active();
    books.put(stranger);
    for (let again = 0; again < 24; again += 1) {
      expect((await books.reconcile('recent'))['unknown_here']).toBeGreaterThanOrEqual(1);
      system.clock.advance(10 * minuteMs);
    }
    books.put({ ...stranger, refundedMinor: paid.amount.amountMinor });
    for (let again = 0; again < 60; again += 1) {
      await books.reconcile('recent');
      system.clock.advance(minuteMs);
    }
    expect((await system.services.walks.load('recent'))?.open).toEqual([]);
  });

  test('is compared again at once where a clock that is hours ahead compared it last', async () => {
    const { system, books, paid, stranger } = await active();
    const now = system.clock.now();
    books.put(stranger);
    system.clock.set(now + 3 * hourMs);
    expect((await books.reconcile('weekly'))['unknown_here']).toBe(1);
    system.clock.set(now + minuteMs);
    books.put({ ...stranger, refundedMinor: paid.amount.amountMinor });
    await books.reconcile('weekly');
    expect((await books.reconcile('weekly'))['unknown_here']).toBeUndefined();
  });

  test('is no payment of others, which are counted but not compared again and again', async () => {
    const { system, books, paid } = await active();
    books.put({ ...paid, id: 'invoice', metadata: { paymentId: null, userId: null, testClockId: null } });
    expect((await books.reconcile('nightly'))['foreign']).toBe(1);
    const read = books.list.pages();
    system.clock.advance(10 * minuteMs);
    expect((await books.reconcile('nightly'))['foreign']).toBe(1);
    expect(books.list.pages()).toBe(read);
  });
});

describe('an open slice that cannot be read again', () => {
  /** Unknown payments in the first and in the last slice of a walk. The second one is put right. */
  async function twoSlices() {
    const { system, books, paid, stranger } = await active();
    const old = { ...stranger, id: 'old', createdAt: paid.createdAt - 45 * dayMs + hourMs };
    books.put(old);
    books.put(stranger);
    expect((await books.reconcile('weekly'))['unknown_here']).toBe(2);
    const walk = async () => {
      const saved = await system.services.walks.load('weekly');
      if (saved === null) throw new Error('nothing is saved');
      return saved;
    };
    const isOld = ({ from, to }: { readonly from: number; readonly to: number }) =>
      from <= old.createdAt && old.createdAt < to;
    books.put({ ...stranger, refundedMinor: paid.amount.amountMinor });
    system.clock.advance(10 * minuteMs);
    const isLastOpen = ({ open, to }: Walk): boolean => open.some((slice) => slice.to === to);
    return { system, books, paid, old, walk, isOld, isLastOpen };
  }

  test.each(['http_500', 'invalid_answer', 'too_many_pages'])('does not hold up the others: %s', async (reason) => {
    const { books, walk, isOld, isLastOpen } = await twoSlices();
    books.list.failWhere((slice) => (isOld(slice) ? reason : null));
    await books.reconcile('weekly');
    expect(isLastOpen(await walk())).toBe(true);
    expect((await books.reconcile('weekly'))['unknown_here']).toBeGreaterThanOrEqual(1);
    expect(isLastOpen(await walk())).toBe(false);
  });

  test('goes on in pieces where its list is too long, and counts until they are compared', async () => {
    const { system, books, paid, old, walk, isOld } = await twoSlices();
    const lengths: number[] = [];
    books.list.failWhere((slice) => {
      if (!isOld(slice)) return null;
      lengths.push((slice.to - slice.from) / hourMs);
      return slice.to - slice.from > hourMs ? 'too_many_pages' : null;
    });
    for (let again = 0; again < 60; again += 1) {
      expect((await books.reconcile('weekly'))['unknown_here']).toBeGreaterThanOrEqual(1);
      system.clock.advance(minuteMs);
    }
    expect(lengths.filter((hours) => hours <= 1)).not.toHaveLength(0);
    books.put({ ...old, refundedMinor: paid.amount.amountMinor });
    for (let again = 0; again < 60; again += 1) {
      await books.reconcile('weekly');
      system.clock.advance(minuteMs);
    }
    expect((await walk()).open).toEqual([]);
  });
});
