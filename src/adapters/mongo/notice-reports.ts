import type { NoticeReports } from '../../application/ports/notice-reports.ts';
import { castRecord } from './models/cast-record.ts';
import type { Models } from './models/open-models.ts';
import type { PaymentRow } from './models/payments.ts';
import { askStore, isDuplicateKey } from './store-fault.ts';

/** Only inserts: the first report of a notice stays. */
export const createNoticeReports = ({ noticeReports, payments }: Models): NoticeReports => ({
  findNamed: (userId, noticeId) =>
    askStore(async () => {
      // Reads the payments of one user, by the index of their history.
      const row = await payments
        .findOne({ userId, 'why.notice.id': noticeId }, { why: 1 })
        .lean<Pick<PaymentRow, 'why'>>();
      return row?.why?.notice?.at ?? null;
    }),
  keep: ({ noticeId, deliveredAt, ...report }) =>
    askStore(async () => {
      const record = castRecord(noticeReports, { ...report, _id: noticeId, deliveredAt: new Date(deliveredAt) });
      try {
        await noticeReports.collection.insertOne(record as never);
        return 'kept';
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        return 'repeated';
      }
    }),
});
