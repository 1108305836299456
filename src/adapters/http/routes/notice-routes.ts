import { acceptNoticeReport } from '../../../application/requests/accept-notice-report.ts';
import type { NoticeReport } from '../../../application/ports/notice-reports.ts';
import { minuteMs } from '../../../domain/model/instant.ts';
import { parseInstant } from '../../../messages/parse-instant.ts';
import { invalidAt } from '../contract/problem.ts';
import type { Answer, Routes, UserCall } from '../contract/route.ts';
import type { HttpContext } from './http-context.ts';

/** Clocks of two services differ by seconds. A later time is a mistake of the sender, and would be no evidence. */
const aheadMs = 5 * minuteMs;

/** The contract has checked the types, and that the instant exists. */
type Body = Pick<NoticeReport, 'channel'> & { readonly user_id: string; readonly delivered_at: string };

async function report(http: HttpContext, call: UserCall): Promise<Answer> {
  const { user_id: userId, delivered_at: deliveredAtText, channel } = call.body as Body;
  const deliveredAt = parseInstant(deliveredAtText) ?? Infinity;
  if (deliveredAt > http.clock.now() + aheadMs) throw invalidAt('body/delivered_at', 'is in the future');
  const noticeId = call.path['notice_id'] ?? '';
  await acceptNoticeReport(http, { noticeId, userId: userId.toLowerCase(), deliveredAt, channel }, call.trace);
  return { status: 202, json: { taken: true } };
}

/** What the service that sends notices reports of them. */
export const noticeRoutes = (http: HttpContext): Routes => ({
  reportDelivered: { access: 'service', handle: (call) => report(http, call) },
});
