import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { NewerRows } from '../../src/application/ports/newer-rows.ts';
import type { HistoryWriter } from '../../src/application/ports/outbox.ts';
import type { Books } from '../../src/application/ports/books.ts';
import type { PastLookups } from '../../src/application/ports/subscriber-store.ts';
import { rowsOf } from './sample-rows.ts';
import { noon, sampleCommand } from './samples.ts';

export type NewerRowsHarness = {
  readonly newerRows: NewerRows;
  readonly writer: HistoryWriter;
  readonly decisions: PastLookups;
  readonly books: Books;
};

/** Rows of read models that a restored document has forgotten, in memory and in MongoDB alike. */
export function newerRowsSuite(name: string, open: () => Promise<NewerRowsHarness>): void {
  describe(`${name}: rows that are newer than a restored document`, () => {
    let models: NewerRowsHarness;
    let userId: string;
    beforeEach(async () => {
      models = await open();
      userId = randomUUID();
    });
    const { paymentRow, refundRow, paid } = rowsOf(() => userId);
    const all = { above: 4, below: 1_000_000 };
    const find = (id: string) => models.decisions.findPayment(userId, id);

    test('are removed; the others stay, as do those of an epoch', async () => {
      const [old, forgotten, since] = [paid(), paid({ periodKey: 'period:1' }), paid({ periodKey: 'period:2' })];
      const command = sampleCommand(randomUUID(), { kind: 'completed', subscriptionId: null });
      await models.writer.write([
        ...[paymentRow(old, 4), paymentRow(forgotten, 5), paymentRow(since, 1_000_005)],
        { userId, version: 6, at: noon, model: 'commands', id: command.id, row: command },
      ]);
      expect(await models.newerRows.remove(userId, all)).toBe(2);
      expect(await find(forgotten.id)).toBeNull();
      expect(await models.decisions.findCommand(userId, command.id)).toBeNull();
      for (const { id } of [old, since]) expect(await find(id)).toMatchObject({ state: 'succeeded' });
      expect(await models.newerRows.remove(userId, all)).toBe(0);
    });

    test('that a document holds give way to what it shows', async () => {
      const [payment, other] = [paid(), paid({ periodKey: 'period:1' })];
      await models.writer.write([paymentRow(payment, 5), paymentRow(other, 5)]);
      const names = [{ model: 'payments', id: payment.id }] as const;
      expect(await models.newerRows.makeOld(userId, all, names)).toBe(1);
      await models.writer.write([payment, other].map((one) => paymentRow({ ...one, state: 'unknown' }, 4, 'open')));
      expect(await find(payment.id)).toMatchObject({ state: 'unknown' });
      expect(await find(other.id)).toMatchObject({ state: 'succeeded' });
      expect(await models.newerRows.remove(userId, all)).toBe(1);
    });

    test('of another user stay', async () => {
      const payment = paid();
      await models.writer.write([paymentRow(payment, 5)]);
      expect(await models.newerRows.remove(randomUUID(), all)).toBe(0);
      expect(await find(payment.id)).not.toBeNull();
    });

    test('of a refund: its payment is kept again, unless an older refund gave all of it back', async () => {
      const [kept, back] = [paid(), paid({ periodKey: 'period:1' })];
      await models.writer.write([paymentRow(kept, 1), paymentRow(back, 2)]);
      const { amount } = back;
      await models.writer.write([refundRow(back, 3, { amount }), refundRow(kept, 5), refundRow(back, 6, { amount })]);
      await models.newerRows.remove(userId, all);
      expect(await models.books.findRefunds({ providerIds: [], paymentIds: [kept.id, back.id] })).toHaveLength(1);
      expect(await find(kept.id)).toMatchObject({ isRefunded: false });
      expect(await find(back.id)).toMatchObject({ isRefunded: true });
    });

    test('are found by their users', async () => {
      await models.writer.write([paymentRow(paid(), 5)]);
      const users = new Set<string>();
      for await (const one of models.newerRows.usersSince(noon)) users.add(one);
      expect(users).toContain(userId);
    });
  });
}
