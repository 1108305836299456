import { button, element } from '../dom.js';
import { day, dayElement, methodName, money } from '../format.js';
import { text } from '../language.js';
import { declineText } from './sentences.js';

/** The payments, newest first: what for, by what, how it stands, its receipt, and what went back. */
const sumOf = ({ amount_minor: minor, currency_code: currency }) => money({ amount_minor: minor, currency });

function stateText({ status, amount_minor: all, refunded_minor: back, refunding_minor: going }) {
  const isPart = (status === 'refunded' || status === 'refunding') && back + going < all;
  return text(`payment.${status}${isPart ? '_part' : ''}`);
}

const toneOf = ({ status }) =>
  ({ succeeded: 'good', failed: 'bad', unknown: 'warn', requires_action: 'warn' })[status] ?? '';

function purpose({ purpose: asSold, why }) {
  const { tariff, period_start: from, period_end: to } = why;
  if (tariff === null || from === null) return tariff?.name ?? asSold;
  return text('history.period', { name: tariff.name, from: day(from), to: day(to) });
}

/** What explains the payment, in one line. */
function details({ method, failure_reason: failure, reason, receipt, why, status }) {
  return [
    method === null ? null : methodName(method),
    why.attempt_no > 1 ? text('history.attempt', { number: why.attempt_no }) : null,
    why.notice === null ? null : text('history.notice', { date: day(why.notice.at) }),
    status === 'failed' ? declineText(failure ?? reason) : null,
    receipt === null ? null : text(`receipt.${receipt}`),
  ].filter((part) => part !== null);
}

function refundElement({ amount, status, requested_at: since, expected_by: by, receipt }) {
  const isUnderWay = status !== 'succeeded' && status !== 'failed';
  const parts = [
    text(`refund.${status}`),
    isUnderWay && by !== null
      ? text('history.refund_by', { date: day(by) })
      : text('history.refund_on', { date: day(since) }),
    ...(receipt === null ? [] : [text(`receipt.${receipt}`)]),
  ];
  return element(
    'p',
    'refund',
    element('strong', '', text('history.refund', { sum: money(amount) })),
    ` ${parts.join(' · ')}`,
  );
}

function paymentElement(payment) {
  return element(
    'li',
    'payment',
    element('p', 'quiet when', dayElement(payment.created_at)),
    element('div', 'what', element('p', '', purpose(payment)), element('p', 'quiet', details(payment).join(' · '))),
    element(
      'p',
      'sum',
      element('span', 'amount', sumOf(payment)),
      element('span', `state ${toneOf(payment)}`, stateText(payment)),
    ),
    payment.refunds.length === 0 ? null : element('div', 'refunds', ...payment.refunds.map(refundElement)),
  );
}

export function renderHistory({ payments, hasMore }, onMore) {
  return [
    element('h2', '', text('history.title')),
    payments.length === 0
      ? element('p', 'quiet', text('history.none'))
      : element('ol', 'lines history', ...payments.map(paymentElement)),
    hasMore
      ? element(
          'div',
          'actions',
          button(text('history.more'), { id: 'more', className: 'plain', onPress: () => onMore() }),
        )
      : null,
  ];
}
