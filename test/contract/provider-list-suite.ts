import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { PaymentProvider } from '../../src/application/ports/payment-provider.ts';
import type { ListPage, ListQuery, ProviderList } from '../../src/application/ports/provider-list.ts';
import { hourMs, type Instant, minuteMs } from '../../src/domain/model/instant.ts';
import type { ProviderObject } from '../../src/domain/model/provider.ts';
import { amount, checkout, refund } from './payment-provider-requests.ts';

/** Payments that others made in our shop, spread evenly over `[from, to)`. */
export type OfOthers = {
  readonly count: number;
  readonly from: Instant;
  readonly to: Instant;
  readonly metadata: Readonly<Record<string, string>>;
};

export type ListHarness = {
  readonly list: ProviderList;
  readonly provider: PaymentProvider;
  /** The provider's own time. */
  readonly now: () => Instant;
  readonly payPage: (id: string) => Promise<void>;
  readonly makePayments: (payments: OfOthers) => Promise<void>;
  /** A refund by hand in the cabinet; returns its id. */
  readonly refundInCabinet: (id: string, amountMinor: number) => Promise<string>;
  /** From now on reads show what was there so long ago; 0 ends it. */
  readonly lagReads: (ms: number) => Promise<void>;
  readonly spoilNextPage: () => Promise<void>;
};

const trace = 'contract-1';
const day: Instant = Date.UTC(2026, 2, 1);

export function providerListSuite(name: string, open: () => Promise<ListHarness>): void {
  describe(`${name}: the provider’s list`, () => {
    let harness: ListHarness;
    beforeAll(async () => {
      harness = await open();
    });

    const read = (query: ListQuery, cursor: string | null = null): Promise<ListPage> =>
      harness.list.page(query, cursor, trace);
    async function readAll(query: ListQuery) {
      const pages: Extract<ListPage, { kind: 'page' }>[] = [];
      let cursor: string | null = null;
      do {
        const page = await read(query, cursor);
        if (page.kind === 'unavailable') throw new Error(page.reason);
        pages.push(page);
        cursor = page.nextCursor;
      } while (cursor !== null);
      return { pages, objects: pages.flatMap(({ objects }) => objects) };
    }
    const recent = (object: ListQuery['object']): ListQuery => {
      return { object, from: harness.now() - hourMs, to: harness.now() + hourMs };
    };
    const paidPage = async (): Promise<string> => {
      const { provider } = harness;
      const outcome = await provider.send(provider.freeze(checkout()), `list-${randomUUID()}`, trace);
      if (outcome.kind !== 'answered') throw new Error(`not sent: ${outcome.kind}`);
      await harness.payPage(outcome.object.id);
      return outcome.object.id;
    };
    const idsOf = (objects: readonly ProviderObject[]): readonly string[] => objects.map(({ id }) => id);

    test('has each payment of a time once, newest first, a hundred to a page', async () => {
      await harness.makePayments({ count: 250, from: day, to: day + hourMs, metadata: {} });
      const { pages, objects } = await readAll({ object: 'payment', from: day, to: day + hourMs });
      expect(pages.map((page) => page.objects.length)).toEqual([100, 100, 50]);
      expect(pages.flatMap(({ unreadable }) => unreadable)).toEqual([]);
      expect(new Set(idsOf(objects)).size).toBe(250);
      const times = objects.map(({ createdAt }) => createdAt);
      expect(times).toEqual(times.toSorted((a, b) => b - a));
    });

    test('counts the first instant of a time in and the last one out, so that times can be joined', async () => {
      const from = day + 10 * hourMs;
      await harness.makePayments({ count: 60, from, to: from + hourMs, metadata: {} });
      const [early, late] = await Promise.all([
        readAll({ object: 'payment', from, to: from + 30 * minuteMs }),
        readAll({ object: 'payment', from: from + 30 * minuteMs, to: from + hourMs }),
      ]);
      expect([early.objects.length, late.objects.length]).toEqual([30, 30]);
      expect(new Set([...idsOf(early.objects), ...idsOf(late.objects)]).size).toBe(60);
    });

    test('has payments of ours and those of others, whatever their metadata', async () => {
      const from = day + 20 * hourMs;
      const odd = { payment_id: '', user_id: '', order: 'A-17' };
      await harness.makePayments({ count: 1, from, to: from + 1, metadata: odd });
      const foreign = await readAll({ object: 'payment', from, to: from + 1 });
      expect(foreign.objects).toMatchObject([{ status: 'succeeded', metadata: { paymentId: null, userId: null } }]);
      const id = await paidPage();
      const { objects } = await readAll(recent('payment'));
      expect(objects.find((object) => object.id === id)).toMatchObject({ amount, status: 'succeeded' });
    });

    test('has refunds of ours and those made by hand, each with its payment', async () => {
      const id = await paidPage();
      const { provider } = harness;
      const order = refund(id, 10_000);
      await provider.send(provider.freeze(order), `list-${randomUUID()}`, trace);
      const byHand = await harness.refundInCabinet(id, 5_000);
      const { objects } = await readAll(recent('refund'));
      const ofPayment = objects.filter((object) => object.object === 'refund' && object.providerPaymentId === id);
      expect(ofPayment).toHaveLength(2);
      expect(ofPayment.find((object) => object.id === byHand)).toMatchObject({
        amount: { amountMinor: 5_000 },
        metadata: { paymentId: null, userId: null },
      });
      expect(ofPayment.find((object) => object.id !== byHand)).toMatchObject({ metadata: order.metadata });
    });

    test('may lag, and has the object later', async () => {
      await harness.lagReads(hourMs);
      const id = await paidPage();
      expect(idsOf((await readAll(recent('payment'))).objects)).not.toContain(id);
      expect(await harness.provider.read('payment', id, trace)).toEqual({ kind: 'absent' });
      await harness.lagReads(0);
      expect(idsOf((await readAll(recent('payment'))).objects)).toContain(id);
      expect(await harness.provider.read('payment', id, trace)).toMatchObject({ kind: 'found' });
    });

    test('a page without an answer, and a cursor that the provider does not know, are unavailable', async () => {
      const query: ListQuery = { object: 'payment', from: day, to: day + hourMs };
      await harness.spoilNextPage();
      expect(await read(query)).toMatchObject({ kind: 'unavailable' });
      expect(await read(query, 'unknown')).toEqual({ kind: 'unavailable', reason: 'http_400' });
      expect(await read(query)).toMatchObject({ kind: 'page' });
    });
  });
}
