import type { Trace } from '../ports/message-factory.ts';
import type { NoticeReport } from '../ports/notice-reports.ts';
import type { AcceptNotificationServices } from './accept-notification.ts';

/** Publishes the report. Resolves when Kafka has acknowledged it: the reporting service does not repeat a confirmed one. */
export async function acceptNoticeReport(
  services: AcceptNotificationServices,
  report: NoticeReport,
  trace: Trace,
): Promise<void> {
  const message = services.messageFactory.noticeReport(report, { at: services.clock.now(), trace });
  await services.publisher.publish([message], services.publishDeadlineMs);
}
