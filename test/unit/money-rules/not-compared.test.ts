import { describe, expect, test } from '@jest/globals';
import { Fault } from '../../../src/application/ports/faults.ts';
import { reconcile } from '../../../src/application/reconciliation/reconcile.ts';
import { reconcileWindow } from '../../../src/application/reconciliation/reconcile-window.ts';
import type { CoreServices } from '../../../src/application/services/core-services.ts';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { youngMs } from '../../../src/domain/reconciliation/compare-payment.ts';
import { createReconciledActive } from '../../support/reconciled-system.ts';

const user = '11111111-1111-4111-8111-111111111111';
const broken = '22222222-2222-4222-8222-222222222222';
const bug = new TypeError('a document that cannot be read');

/** The provider has a payment of ours that we do not know, and one of a user whose document or rows cannot be read. */
async function withBroken() {
  const { system, books, paid } = await createReconciledActive(user);
  const earlier = { createdAt: paid.createdAt - 8 * hourMs, capturedAt: paid.createdAt - 8 * hourMs };
  books.put({ ...paid, ...earlier, id: 'bad', metadata: { ...paid.metadata, userId: broken, paymentId: 'of-bad' } });
  books.put({ ...paid, id: 'stranger', metadata: { ...paid.metadata, paymentId: 'never-heard-of' } });
  return { system, books, paid };
}

const documentThrows = ({ store }: CoreServices, of: string, cause: Error): Partial<CoreServices> => ({
  store: { ...store, load: (id) => (id === of ? Promise.reject(cause) : store.load(id)) },
});

const rowThrows = ({ books }: CoreServices): Partial<CoreServices> => ({
  books: {
    ...books,
    findPayments: (wanted) => (wanted.ids.includes('of-bad') ? Promise.reject(bug) : books.findPayments(wanted)),
  },
});

const hintThrows = ({ messageFactory, store }: CoreServices): Partial<CoreServices> => ({
  messageFactory: {
    ...messageFactory,
    hint: (hint, about) => {
      if (hint.objectId === 'bad') throw bug;
      return messageFactory.hint(hint, about);
    },
  },
  // The difference counts only where a document shows it.
  store: {
    ...store,
    load: async (id) => {
      const stored = await store.load(user);
      return stored === null || id === user
        ? stored
        : { ...stored, subscriber: { ...stored.subscriber, userId: id, captures: [] } };
    },
  },
});

const line = (userId: string, objectId: string) => ({
  message: 'an object cannot be compared with our books',
  fields: { objectType: 'payment', objectId, userId, detail: expect.stringContaining('report the error') },
});

describe('an object whose comparison fails by itself', () => {
  test.each([
    ['its document', (services: CoreServices) => documentThrows(services, broken, bug)],
    ['a row of its payment', rowThrows],
    ['its hint', hintThrows],
    [
      'a seal in its document',
      (services: CoreServices) =>
        documentThrows(services, broken, new Fault('seal_broken', 'it was changed', { retryable: false })),
    ],
  ])('keeps no other from being compared, counts, and is named once: %s', async (_what, failing) => {
    const { system, books } = await withBroken();
    const services = { ...books.services, ...failing(books.services) };
    expect(await reconcile(services, 'nightly')).toMatchObject({ unknown_here: expect.any(Number), not_compared: 0 });
    expect(await books.handleHints()).toMatchObject([{ objectId: 'stranger' }]);
    expect(await system.services.walks.load('nightly')).toMatchObject({ alerted: ['not_compared:bad'] });
    const said = () => system.errorLines().filter(({ message }) => message !== 'an operator must act');
    expect(said()).toMatchObject([line(broken, 'bad')]);
    system.clock.advance(10 * minuteMs);
    await reconcile(services, 'nightly');
    expect(await reconcile(services, 'nightly')).toMatchObject({ not_compared: 1 });
    expect(said()).toHaveLength(1);
    system.clock.advance(10 * minuteMs);
    for (let open = 2; open > 0; open -= 1) await reconcile(books.services, 'nightly');
    expect(await reconcile(books.services, 'nightly')).toMatchObject({ not_compared: 0 });
  });

  test('may be a success of ours that no list has', async () => {
    const { system, books, paid } = await withBroken();
    books.remove(paid.id);
    const services = { ...books.services, ...documentThrows(books.services, user, bug) };
    await reconcile(services, 'nightly');
    expect(system.errorLines()).toEqual(expect.arrayContaining([expect.objectContaining(line(user, paid.id))]));
    expect(await system.services.walks.load('nightly')).toMatchObject({ open: [{ unreadSince: expect.any(Number) }] });
  });

  test('is named to a person who compares by hand', async () => {
    const { system, books } = await withBroken();
    const services = { ...books.services, ...documentThrows(books.services, broken, bug) };
    const window = { from: system.clock.now() - dayMs, to: system.clock.now() - youngMs };
    const result = await reconcileWindow(services, window, () => undefined);
    expect(result).toMatchObject({
      ...{ unavailable: null, walk: { at: window.to }, found: [{ difference: { subject: { id: 'stranger' } } }] },
      notCompared: [{ subject: { object: 'payment', id: 'bad' }, userId: broken, cause: bug }],
    });
    expect(system.errorLines()).toMatchObject([line(broken, 'bad')]);
  });
});

test('while MongoDB does not answer a run fails, and counts no object', async () => {
  const { system, books } = await withBroken();
  const unavailable = new Fault('store_unavailable', 'MongoDB does not answer', { retryable: true });
  const services = { ...books.services, ...documentThrows(books.services, broken, unavailable) };
  await expect(reconcile(services, 'nightly')).rejects.toBe(unavailable);
  expect(system.errorLines()).toEqual([]);
  expect((await system.services.walks.load('nightly'))?.alerted ?? []).toEqual([]);
  expect(await reconcile(books.services, 'nightly')).toMatchObject({ unknown_here: 2, not_compared: 0 });
});

test('a bug that fails every object writes twenty error lines of a slice, and says how many more there are', async () => {
  const { system, books, paid } = await withBroken();
  for (let n = 0; n < 30; n += 1)
    books.put({ ...paid, id: `other-${n}`, metadata: { ...paid.metadata, paymentId: `unheard-of-${n}` } });
  const services = { ...books.services, ...documentThrows(books.services, user, bug) };
  await reconcile(services, 'nightly');
  const lines = system.errorLines().filter(({ message }) => message !== 'an operator must act');
  expect(lines).toHaveLength(21);
  expect(lines.at(-1)).toMatchObject({
    message: 'further objects cannot be compared with our books',
    fields: { count: 11 },
  });
});
