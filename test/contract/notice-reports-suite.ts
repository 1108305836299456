import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { PaymentHistory } from '../../src/application/ports/history.ts';
import type { NoticeReports } from '../../src/application/ports/notice-reports.ts';
import type { HistoryWriter } from '../../src/application/ports/outbox.ts';
import { minuteMs } from '../../src/domain/model/instant.ts';
import { rowsOf } from './sample-rows.ts';
import { noon, sampleTariff } from './samples.ts';

type Harness = {
  readonly writer: HistoryWriter;
  readonly history: PaymentHistory;
  readonly noticeReports: NoticeReports;
};

export function noticeReportsSuite(name: string, open: () => Promise<Harness>): void {
  describe(`${name}: reports of delivered notices`, () => {
    let harness: Harness;
    let userId: string;
    let noticeId: string;
    beforeEach(async () => {
      harness = await open();
      [userId, noticeId] = [randomUUID(), randomUUID()];
    });

    const { paymentRow, paid } = rowsOf(() => userId);
    const report = (minutes: number, channel: 'email' | 'push' = 'email') => ({
      ...{ noticeId, userId, deliveredAt: noon + minutes * minuteMs, channel },
    });
    async function announce(): Promise<void> {
      const { id, alias, name: tariffName } = sampleTariff;
      const tariff = { id, alias, name: tariffName };
      const why = { tariff, notice: { id: noticeId, kind: 'renewal_upcoming', at: noon } as const, period: null };
      await harness.writer.write([{ ...paymentRow(paid(), 1), why }]);
    }
    const delivered = async () => (await harness.history.list({ userId, limit: 1 })).map((one) => one.noticeDelivered);

    test('a payment names its notice, to its own user only', async () => {
      const { noticeReports } = harness;
      expect(await noticeReports.findNamed(userId, noticeId)).toBeNull();
      await announce();
      expect(await noticeReports.findNamed(userId, noticeId)).toBe(noon);
      expect(await noticeReports.findNamed(randomUUID(), noticeId)).toBeNull();
      expect(await noticeReports.findNamed(userId, randomUUID())).toBeNull();
    });

    test('the first report of a notice stays, and history shows it beside the charge, also one that came before it', async () => {
      const { noticeReports } = harness;
      expect(await noticeReports.keep(report(1))).toBe('kept');
      await announce();
      const first = [{ deliveredAt: noon + minuteMs, channel: 'email' }];
      expect(await delivered()).toEqual(first);
      expect(await noticeReports.keep(report(0, 'push'))).toBe('repeated');
      expect(await delivered()).toEqual(first);
    });

    test('a charge whose notice has no report shows none', async () => {
      await announce();
      expect(await delivered()).toEqual([null]);
    });
  });
}
