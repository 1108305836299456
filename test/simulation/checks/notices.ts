import type { SubscriberSave } from '../../../src/application/ports/subscriber-store.ts';
import { dayMs, hourMs } from '../../../src/domain/model/instant.ts';
import type { Subscriber } from '../../../src/domain/model/subscriber.ts';
import type { World } from '../world/world.ts';
import type { SeenNotice, Witness } from './witness.ts';

/** Clocks that differ by 40 minutes, and jump. A bug charges a day too early. */
const toleranceMs = 2 * hourMs;
const aheadMs = 3 * dayMs;

type Charge = {
  readonly kind: string;
  readonly id: string;
  readonly noticeId?: string;
  readonly attemptNo: number;
  readonly amount: { readonly amountMinor: number };
};

/** A notice that is late by less was in time on the clock of its process. */
const lateMs = toleranceMs / 2;

/** How long before the charge its notice must be: three days, or a day where it is late or announces a retry. */
function leastMs({ at, type, chargeAt }: SeenNotice): number {
  const inTime = type === 'notice-renewal-upcoming' && at <= chargeAt - aheadMs + lateMs;
  return (inTime ? aheadMs : dayMs) - toleranceMs;
}

/** Whether the charge needs a notice: it begins a long period, or finds access ended. */
function needsNotice({ subscription, entitlement }: Subscriber, now: number): boolean {
  if (subscription?.status !== 'active' && subscription?.status !== 'past_due') return false;
  const { unit, count } = subscription.tariff.period;
  const hasEnded = subscription.status === 'past_due' && (entitlement?.validUntil ?? 0) < now - toleranceMs;
  return unit !== 'day' || count >= 4 || hasEnded;
}

const endOf = (subscription: Subscriber['subscription']): number =>
  subscription !== null && 'term' in subscription ? (subscription.term?.periodEnd ?? 0) : 0;

/** 25: a notice is given once, and every charge that needs one names an earlier one with its amount. */
export function checkNotices(
  world: World,
  { notices, forgottenNotices, noticeOf, operations }: Witness,
  before: Subscriber | null,
  { entry, subscriber: { userId, subscription } }: Pick<SubscriberSave, 'entry' | 'subscriber'>,
): void {
  const now = world.scheduler.now();
  const asked = subscription?.status === 'past_due' ? subscription.dunning.asked : [];
  for (const { schema, value } of entry?.messages ?? []) {
    const [type = ''] = schema.split('.');
    if (type === 'notice-skipped') {
      const moment = Date.parse(String(value?.['moment']));
      if (moment > now + toleranceMs) world.breach('25: a notice is skipped once it is true no more', userId, value);
    } else if (type.startsWith('notice-')) {
      const id = String(value?.['noticeId']);
      if (notices.has(id)) world.breach('25: a notice is given once', userId, { type, id });
      const amount = value?.['amount'] as Charge['amount'] | undefined;
      const chargeAt = Date.parse(String(value?.['chargeAt']));
      notices.set(id, { at: now, type, chargeAt, amountMinor: amount?.amountMinor ?? 0 });
    }
    const charge = value?.['payment'] as Charge | undefined;
    if (type !== 'payment-created' || charge?.kind !== 'charge' || before === null) continue;
    const first = noticeOf.get(charge.id);
    noticeOf.set(charge.id, first ?? charge.noticeId ?? null);
    const recalled = [...operations.values()].find(
      ({ kind, paymentId, forgotten }) => kind === 'charge' && paymentId === charge.id && forgotten > 0,
    );
    // The document has forgotten the notice, and names the one that the charge had. It may name none of a retry, and of a period
    // that ends later now than it did when it was charged.
    const isRetry = [before.subscription, subscription].some((one) => one?.status === 'past_due');
    const isMoved = (recalled?.reservedAt ?? Infinity) < endOf(subscription) - hourMs;
    const isAsBefore = charge.noticeId === undefined ? isRetry || isMoved : charge.noticeId === first;
    if (recalled !== undefined && isAsBefore) continue;
    const id = charge.noticeId ?? '';
    // A charge of before the restore names its own; one that is made since may name what the document has forgotten.
    const notice = notices.get(id) ?? (recalled === undefined ? forgottenNotices.get(id) : undefined);
    if (notice === undefined) {
      const isAsked = asked?.some(({ attemptNo }) => attemptNo === charge.attemptNo) === true;
      if (charge.noticeId !== undefined || (!isAsked && needsNotice(before, now)))
        world.breach('25: a charge has a notice', userId, charge);
    } else if (notice.amountMinor !== charge.amount.amountMinor || now - notice.at < leastMs(notice)) {
      world.breach('25: a charge has an earlier notice with its amount', userId, { charge, notice, now });
    }
  }
}
