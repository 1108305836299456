import type { NoticeReport } from '../../../application/ports/notice-reports.ts';
import { createCollection, required } from './schema.ts';

export type NoticeReportRow = Omit<NoticeReport, 'noticeId' | 'deliveredAt'> & {
  readonly _id: string;
  readonly deliveredAt: Date;
};

/** That a notice was delivered. Kept as long as the payments, which name their notices. */
export const noticeReports = createCollection<NoticeReportRow>('notice_reports', {
  /** The notice's id. */
  _id: required(String),
  /** The subscriber to whom it was sent. */
  userId: required(String),
  /** When it was delivered, as the reporting service says. */
  deliveredAt: required(Date),
  /** `email`, `push`, `sms` or `other`. */
  channel: required(String),
});
