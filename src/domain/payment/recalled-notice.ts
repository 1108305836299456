import type { Context } from '../model/context.ts';
import { clocksApartMs } from '../model/instant.ts';
import type { Recalled } from '../model/recalled.ts';
import type { LiveSubscription } from '../model/subscription.ts';
import { isPastDue } from '../model/subscription-questions.ts';
import { noticeOfCharge } from '../subscription/next-charge.ts';
import { missingForCharge, withNotice } from '../subscription/notices.ts';
import { asCharged } from '../subscription/renews.ts';

type Noticed = { readonly subscription: LiveSubscription; readonly named: { readonly noticeId?: string } };

/**
 * The notice that a renewal had before it was charged, which the document may have forgotten: it remembers it again, because new
 * retries within the grace name it too. Its id follows from its cause.
 */
export function withItsNotice(subscription: LiveSubscription, { createdAt }: Recalled, context: Context): Noticed {
  const known = noticeOfCharge(subscription);
  const isRetry = isPastDue(subscription);
  // A period that is read again may begin later than it did. What was charged before its end had the notice of another moment.
  if (!isRetry && createdAt < subscription.term.periodEnd - clocksApartMs) return { subscription, named: {} };
  // That of a renewal has the same id whenever it is given. That of a retry since the restore announces another charge.
  if (known !== null && (!isRetry || known.at <= createdAt)) return { subscription, named: { noticeId: known.id } };
  const missing = isRetry ? null : missingForCharge(asCharged(subscription), createdAt, context.policy);
  if (missing === null) return { subscription, named: {} };
  // As of now: a recalled retry names none, because one that the subscriber asked for had none.
  const { noticeId, subscription: noticed } = withNotice(subscription, missing, context);
  return { subscription: noticed, named: { noticeId } };
}
