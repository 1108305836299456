import { periodKeyOf } from '../model/period-key.ts';
import type { Context } from '../model/context.ts';
import { isReadAgain } from '../model/epoch.ts';
import { accepted, type Decision, draftOf, ignored } from '../decision/draft.ts';
import { isContactMissing } from '../subscription/receipt-contact.ts';
import { isChargeOut } from '../subscription/charge-out.ts';
import { openPeriodPayment } from '../payment/open-payment.ts';
import type { Subscriber } from '../model/subscriber.ts';
import type { LiveSubscription } from '../model/subscription.ts';
import { mayCharge } from '../model/subscription-questions.ts';
import { whenChargingIsAllowed } from '../subscription/charging-hours.ts';
import { nextChargeAt, noticeOfCharge, plannedChargeAt } from '../subscription/next-charge.ts';
import { missingForCharge } from '../subscription/notices.ts';
import type { TimerDefinition } from './definition.ts';

type RenewalDue = {
  readonly type: 'subscription.renewal_due';
  readonly subscriptionId: string;
  readonly periodIndex: number;
  readonly attemptNo: number;
};

/** Whether a payment or a planned charge may still bring another period. A hold only postpones a charge. */
export const mayContinue = ({ payment }: Subscriber, subscription: LiveSubscription): boolean =>
  payment !== null || plannedChargeAt(subscription) !== null;

/** Since a restore the provider has this charge, and its money went back: the command that gave it back comes first. */
function waitsForCommands(
  { recalled }: Subscriber,
  { id }: LiveSubscription,
  { periodIndex, attemptNo }: RenewalDue,
  { epoch, realNow, ids }: Context,
): boolean {
  if (epoch === null || !isReadAgain(epoch, realNow)) return false;
  const paymentId = ids.paymentId(id, periodKeyOf(periodIndex), attemptNo);
  return recalled.some((one) => one.paymentId === paymentId && one.wentBack === true);
}

/** Why an announced renewal is not charged; null when it is. */
function obstacle(
  state: Subscriber,
  subscription: LiveSubscription,
  timer: RenewalDue,
  context: Context,
): string | null {
  if (timer.periodIndex !== subscription.term.periodIndex + 1) return 'another period';
  if (timer.attemptNo !== subscription.attemptsMade + 1) return 'another attempt';
  // It may still succeed, also where it is unknown or only watched. A second attempt could charge twice.
  if (state.payment !== null || isChargeOut(state, subscription)) return 'a payment is open';
  if (waitsForCommands(state, subscription, timer, context)) return 'commands come first';
  if (isContactMissing(state, context.policy)) return 'there is no receipt contact';
  const at = nextChargeAt(subscription, context.policy);
  if (at === null) return 'no charge is planned';
  if (context.now < at) return 'not due yet';
  // Announced late, as after an outage. It is announced again, hourly at most, until the hours begin.
  return context.now < whenChargingIsAllowed(context.now, context.policy) ? 'outside of the charging hours' : null;
}

export function decideRenewal(state: Subscriber, timer: RenewalDue, context: Context): Decision {
  const { subscription } = state;
  if (subscription?.id !== timer.subscriptionId) return ignored('another subscription');
  if (!mayCharge(subscription)) return ignored('subscription has ended');
  const reason = obstacle(state, subscription, timer, context);
  if (reason !== null) return ignored(reason);
  // Planned by a version without notices, or so late that access has ended meanwhile. The end of the decision gives it.
  if (missingForCharge(subscription, context.now, context.policy) !== null) return accepted(draftOf(state));
  const notice = noticeOfCharge(subscription);
  const named = notice === null ? {} : { noticeId: notice.id };
  const how = { methodId: subscription.methodId, saveMethod: false, returnUrl: null, ...named };
  return accepted(openPeriodPayment(draftOf(state), subscription, how, context));
}

/** `subscription.renewal_due`: opens the charge of the due period, attempt by attempt. */
export const renewalDue: TimerDefinition<RenewalDue> = {
  id: ({ subscriptionId, periodIndex, attemptNo }) => `renewal-due:${subscriptionId}:${periodIndex}:${attemptNo}`,
  dues: (state, policy) => {
    const { payment, subscription } = state;
    if (!mayCharge(subscription) || isContactMissing(state, policy)) return { business: [], real: [] };
    const waits = payment !== null || isChargeOut(state, subscription);
    const at = waits ? null : nextChargeAt(subscription, policy);
    const { id: subscriptionId, term, attemptsMade } = subscription;
    const next = { subscriptionId, periodIndex: term.periodIndex + 1, attemptNo: attemptsMade + 1 };
    return { business: at === null ? [] : [{ at, timer: { type: 'subscription.renewal_due', ...next } }], real: [] };
  },
  yieldsToCommands: true,
  decide: decideRenewal,
};
