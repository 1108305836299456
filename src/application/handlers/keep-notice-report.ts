import { type Instant, minuteMs } from '../../domain/model/instant.ts';
import { knownNotice } from '../../domain/subscription/known-notice.ts';
import type { Handled } from '../ports/consumer.ts';
import type { Trace } from '../ports/message-factory.ts';
import type { NoticeReport } from '../ports/notice-reports.ts';
import type { CoreServices } from '../services/core-services.ts';

/** Clocks of two services differ by seconds. What was delivered longer before it was given is no evidence. */
const skewMs = 5 * minuteMs;

type Services = Pick<CoreServices, 'store' | 'noticeReports' | 'meter' | 'log'>;

/** From when on the notice can have been delivered; null where the subscriber has no notice of this id. */
async function deliverableFrom(services: Services, { userId, noticeId }: NoticeReport): Promise<Instant | null> {
  const subscriber = (await services.store.load(userId))?.subscriber ?? null;
  if (subscriber === null) return null;
  // The document has the newest notices only. Those that announced a charge are named by its payment for good.
  const givenAt = knownNotice(subscriber, noticeId)?.at ?? (await services.noticeReports.findNamed(userId, noticeId));
  if (givenAt === null) return null;
  // A test clock is ahead of the clock of the reporting service.
  return subscriber.testClockId === null ? givenAt - skewMs : -Infinity;
}

/**
 * Keeps that a notice was delivered. A report of a notice that the subscriber does not have is dropped, so that a service which
 * reports nonsense fills neither the database nor the dead letters.
 */
export async function keepNoticeReport(services: Services, report: NoticeReport, trace: Trace): Promise<Handled> {
  const from = await deliverableFrom(services, report);
  if (from === null || report.deliveredAt < from) {
    const reason = from === null ? 'the subscriber has no such notice' : 'the notice was given later';
    const { userId, noticeId } = report;
    services.log.warn('report of a delivered notice dropped', { ...trace, userId, subjectId: noticeId, reason });
    services.meter.noticeReported('dropped');
    return { kind: 'ignored', reason };
  }
  const outcome = await services.noticeReports.keep(report);
  services.meter.noticeReported(outcome);
  return outcome === 'kept' ? { kind: 'handled' } : { kind: 'ignored', reason: 'the notice has a report' };
}
