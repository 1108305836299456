import { methodName, moment, money, priceOf } from '../format.js';
import { text, textOr } from '../language.js';

/** The sentences about an account: what one has, why it ends when it does, what is charged next. */
export const declineText = (reason) => textOr(`decline.${reason}`, 'decline.other');

const chargedMethod = ({ payment_methods: methods, next_charge: next }) =>
  methodName(methods.find((method) => method.default) ?? { title: next?.method ?? null });

const nextCharge = ({ next_charge: next }) => ({ sum: money(next.amount), date: moment(next.at) });

export function headline(status, account) {
  const { subscription, open_page: page } = account;
  switch (status) {
    case 'unpaid':
      return text('head.unpaid', { sum: money(page.amount) });
    case 'active':
      return text('head.active', nextCharge(account));
    case 'past_due':
      return text('head.past_due', { sum: priceOf(subscription.tariff) });
    case 'ending':
    case 'past_due_ending':
      return text(`head.${status}`, { date: moment(subscription.ends_at) });
    case 'ended':
      return subscription.ends_at === null
        ? text('head.ended_undated')
        : text('head.ended', { date: moment(subscription.ends_at) });
    default:
      return text(`head.${status}`);
  }
}

function retryNote({ next_charge: next }) {
  return next === null ? text('note.no_retry') : text('note.retry', { date: moment(next.at) });
}

const pageNotes = ({ open_page: page }) => (page === null ? [] : [text('note.page_open', { sum: money(page.amount) })]);

/** What else there is to know at once. */
export function notes(status, account) {
  const { subscription, open_page: page } = account;
  switch (status) {
    case 'active':
      return [text('note.active', { method: chargedMethod(account) }), ...pageNotes(account)];
    case 'waiting':
      return [text('note.waiting', nextCharge(account)), ...pageNotes(account)];
    case 'past_due':
      return [declineText(subscription.reason), ...(page === null ? [retryNote(account)] : pageNotes(account))];
    case 'past_due_ending':
      return [text('note.past_due_ending')];
    case 'charging':
    case 'ending':
      return pageNotes(account);
    case 'ended':
      return [textOr(`cause.${subscription.reason}`, 'head.ended_undated')];
    default:
      return [];
  }
}

/** Money on its way back. The day at which a bank shows it is there once the provider has said it. */
export const refundNotes = ({ refunds }) =>
  refunds.map(({ amount, requested_at: since, expected_by: by }) =>
    by == null
      ? text('account.refunds', { sum: money(amount), date: moment(since) })
      : text('account.refunds_until', { sum: money(amount), date: moment(by) }),
  );

const total = (amounts) => ({
  amount_minor: amounts.reduce((sum, { amount_minor: minor }) => sum + minor, 0),
  currency: amounts[0].currency,
});

/** The sum of refunds, of a preview or of an account, as text; null where nothing comes back. */
export const sumBack = ({ refunds }) =>
  refunds.length === 0 ? null : money(total(refunds.map(({ amount }) => amount)));

/** What a previewed command would come to: what is charged, what comes back, and until when one may watch. */
export function effects({ charge, refunds, ends_at: endsAt, next_charge: next }, { isAtOnce = false } = {}) {
  return [
    charge === null ? null : text(`charge.${charge.by}`, { sum: money(charge.amount) }),
    isAtOnce ? text('effect.at_once') : null,
    refunds.length === 0 ? null : text('effect.back', { sum: sumBack({ refunds }) }),
    endsAt === null || isAtOnce ? null : text('effect.until', { date: moment(endsAt) }),
    next === null ? null : text('effect.next', { sum: money(next.amount), date: moment(next.at) }),
  ].filter((sentence) => sentence !== null);
}
