import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createBooks } from '../../../src/adapters/mongo/books.ts';
import { createHistoryWriter, createPastLookups } from '../../../src/adapters/mongo/read-models.ts';
import { createReconciliationWalks } from '../../../src/adapters/mongo/reconciliation-walks.ts';
import { createSubscriberStore, subscribersOf } from '../../../src/adapters/mongo/subscriber-store.ts';
import { handleHint } from '../../../src/application/handlers/handle-hint.ts';
import type { SubscriberStore } from '../../../src/application/ports/subscriber-store.ts';
import { createRelay } from '../../../src/application/outbox/relay.ts';
import { reconcile } from '../../../src/application/reconciliation/reconcile.ts';
import type { DifferenceKind } from '../../../src/domain/model/difference.ts';
import { dayMs, hourMs, secondMs, type Instant } from '../../../src/domain/model/instant.ts';
import type { PaymentProvider } from '../../../src/application/ports/payment-provider.ts';
import { sampleEntry, sampleSave } from '../../contract/samples.ts';
import { createFakeProviderList } from '../../fakes/list-of-objects.ts';
import { readFrom } from '../../support/read-from.ts';
import { readMessage } from '../../support/read-message.ts';
import { createTestSystem, noon } from '../../support/test-system.ts';
import { agreed, type Booked, plant, underWay } from './planted-differences.ts';
import { openTestDatabase } from './test-database.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const planted: Readonly<Record<DifferenceKind, number>> = {
  ...{ not_succeeded_there: 3, late_success: 2, foreign: 3, unknown_here: 2, cabinet_refund: 2 },
  ...{ amount_differs: 2, paid_twice: 1, not_applied: 3, absent_there: 2 },
};
/** What a person has to resolve stays; the rest is resolved by the rules. */
const staying = { not_succeeded_there: 3, foreign: 3, unknown_here: 2, amount_differs: 2, absent_there: 2 };

function allBooks(): readonly Booked[] {
  const kinds = Object.entries(planted) as readonly (readonly [DifferenceKind, number])[];
  // Seconds apart, over 44 hours: each of the three nights compares all of it.
  const at = (index: number): Instant => noon - 45 * hourMs + index * 15 * secondMs;
  const differing = kinds.flatMap(([kind, count], row) =>
    Array.from({ length: count }, (_, index) => plant(kind, at(1_000 * row + 37 * index))).flat(),
  );
  const lagging = Array.from({ length: 50 }, (_, index) => underWay(at(200 * index)));
  return [...differing, ...lagging, ...Array.from({ length: 10_000 }, (_, index) => agreed(at(index)))];
}

async function store(books: readonly Booked[], subscribers: SubscriberStore): Promise<void> {
  const writer = createHistoryWriter(database.models, () => Promise.resolve());
  const rows = books.flatMap(({ row }) => row ?? []);
  for (let from = 0; from < rows.length; from += 500) await writer.write(rows.slice(from, from + 500));
  for (const { document, isUnpublished = false } of books) {
    if (document === null) continue;
    const entry = isUnpublished ? sampleEntry('unpublished', noon) : null;
    await subscribers.save(sampleSave(document.userId, { subscriber: document, entry }));
  }
}

test('of 10,000 payments the 20 that differ are found, each night again, and each is decided once', async () => {
  const { models } = database;
  const books = allBooks();
  const system = createTestSystem();
  const subscribers = createSubscriberStore(subscribersOf(models));
  await store(books, subscribers);
  const theirs = books.flatMap((booked) => booked.theirs);
  const list = createFakeProviderList(() => theirs, 100);
  const byId = new Map(theirs.map((object) => [object.id, object]));
  const read: PaymentProvider['read'] = (kind, id) => Promise.resolve(readFrom(kind, byId.get(id) ?? null));
  const readModels = createHistoryWriter(models, () => Promise.resolve());
  const relay = createRelay({ ...system.services, store: subscribers, readModels });
  const services = {
    ...{ ...system.services, store: subscribers, past: createPastLookups(models), books: createBooks(models), relay },
    ...{ walks: createReconciliationWalks(models), providerList: list, provider: { ...system.provider, read } },
  };
  const hints = () => system.messages.map(readMessage).flatMap((one) => (one.kind === 'hint' ? [one.hint] : []));

  const objects = { payments: 10_069, refunds: 2, unreadable: 0 };
  expect(await reconcile(services, 'nightly')).toMatchObject({ ...objects, ...planted });
  const announced = hints().map(({ objectId }) => objectId);
  expect(new Set(announced).size).toBe(17);
  system.clock.advance(dayMs);
  expect(await reconcile(services, 'nightly')).toMatchObject({ ...objects, ...planted });
  expect(hints().map(({ objectId }) => objectId)).toEqual([...announced, ...announced]);

  const trace = { correlationId: 'reconciled', causationId: null };
  for (const hint of hints()) {
    await handleHint(services, hint, { trace, hintedAt: system.clock.now() });
    await relay.idle();
  }
  const count = (type: string): number => system.facts().filter((fact) => fact.type === type).length;
  const effects = () => ({
    found: count('reconciliation.difference_found'),
    requested: count('refund.requested'),
    adopted: count('refund.recorded_external'),
    applied: count('payment.late_success'),
    alarms: count('invariant.violated'),
  });
  const once = effects();
  // Two late ones, one paid twice, and three watched ones are refunded.
  expect(once).toEqual({ found: 17, requested: 6, adopted: 2, applied: 3, alarms: 3 + 2 + 2 + 2 + 2 + 1 });
  system.clock.advance(dayMs);
  const left = await reconcile(services, 'nightly');
  expect(left).toEqual({ ...objects, ...staying, pages: expect.any(Number), not_compared: 0 });
  expect(hints()).toHaveLength(2 * announced.length);
  for (const hint of hints()) await handleHint(services, hint, { trace, hintedAt: system.clock.now() });
  await relay.idle();
  expect(effects()).toEqual(once);
}, 120_000);
