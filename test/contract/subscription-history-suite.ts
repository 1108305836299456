import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { HistoryWriter, ReadModelRow } from '../../src/application/ports/outbox.ts';
import type { SubscriptionHistory } from '../../src/application/ports/subscription-history.ts';
import type { CommandEntry } from '../../src/domain/model/command.ts';
import { noon, sampleCommand, sampleSubscription } from './samples.ts';

type Harness = { readonly writer: HistoryWriter; readonly subscriptionHistory: SubscriptionHistory };

export function subscriptionHistorySuite(name: string, open: () => Promise<Harness>): void {
  describe(`${name}: subscriptions and commands in history`, () => {
    let harness: Harness;
    let userId: string;
    let subscriptionId: string;
    beforeEach(async () => {
      harness = await open();
      [userId, subscriptionId] = [randomUUID(), randomUUID()];
    });

    const done = (changes: Partial<CommandEntry> = {}): ReadModelRow => {
      const row = { ...sampleCommand(randomUUID(), { kind: 'completed', subscriptionId }), ...changes };
      return { userId, version: 1, at: noon, model: 'commands', id: row.id, row };
    };
    const listed = (limit = 10, types = ['subscription.pay', 'subscription.cancel']) =>
      harness.subscriptionHistory.listDone({ userId, subscriptionId, types, limit });

    test('a subscription is found while it lives and after its end, which has a cause', async () => {
      const about = { userId, at: noon, model: 'subscriptions', id: subscriptionId } as const;
      const row = sampleSubscription(subscriptionId);
      await harness.writer.write([{ ...about, version: 1, row }]);
      const found = () => harness.subscriptionHistory.findSubscription(subscriptionId);
      const living = { id: subscriptionId, status: 'incomplete', createdAt: noon, endedAt: null, endCause: null };
      expect(await found()).toEqual(living);
      const ended = { ...row, status: 'canceled', term: null, endedAt: noon + 1, cause: 'charged_back' } as const;
      await harness.writer.write([{ ...about, version: 2, row: ended }]);
      expect(await found()).toEqual({ ...living, status: 'canceled', endedAt: noon + 1, endCause: 'charged_back' });
      expect(await harness.subscriptionHistory.findSubscription(randomUUID())).toBeNull();
    });

    test('the commands that were carried out on it are listed, the newest first', async () => {
      const rows = [2, 3, 1].map((minute) => done({ acceptedAt: noon + minute }));
      await harness.writer.write(rows);
      const times = async (limit: number) => (await listed(limit)).map(({ acceptedAt }) => acceptedAt - noon);
      expect(await times(10)).toEqual([3, 2, 1]);
      expect(await times(2)).toEqual([3, 2]);
      expect(await listed(1)).toEqual([{ id: rows[1]?.id, type: 'subscription.pay', acceptedAt: noon + 3 }]);
    });

    test('none that is of another type, user or subscription, was refused, or has not ended', async () => {
      await harness.writer.write([
        done({ type: 'receipt_contact.set' }),
        { ...done(), userId: randomUUID() },
        done({ outcome: { kind: 'completed', subscriptionId: randomUUID() } }),
        done({ outcome: { kind: 'rejected', reason: 'superseded' } }),
        done({ outcome: { kind: 'requires_action', redirectUrl: 'https://pay.example', subscriptionId } }),
        done({ outcome: null }),
      ]);
      expect(await listed()).toEqual([]);
    });
  });
}
