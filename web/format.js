/** Money, dates and words for people, written the same way on every page. */
import { element } from '/web/subscriber.js';

const roubles = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 2, trailingZeroDisplay: 'stripIfInteger' });
const dateAndTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
const dateAndSecond = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

export const money = (amountMinor) => `${roubles.format(amountMinor / 100)}\u00a0₽`;

function timeElement(iso, format) {
  const time = element('time', '', format.format(new Date(iso)));
  time.dateTime = iso;
  return time;
}

export const moment = (iso) => timeElement(iso, dateAndTime);
export const clockTime = (iso) => timeElement(iso, dateAndSecond);

/** `full_hd` → `full hd` */
export const words = (names) => names.map((name) => name.replaceAll('_', ' ')).join(', ');

/** The API names a payment's state in Russian; here it is in English, and what it means for access. */
const paymentStates = {
  'Платеж создан': ['being prepared', 'Bought, not paid yet.'],
  'Платёж отправлен платежному провайдеру': ['not paid yet', 'Bought, not paid yet: the payment page is waiting.'],
  'Платеж успешно завершён': ['paid', 'Over: what was paid for has ended.'],
  'Ошибка оплаты': ['failed', 'The last payment failed.'],
  'Платеж отменён': ['canceled', 'The last payment was canceled or not made in time.'],
  'Платеж возвращается': ['going back', 'Over: the last payment is on its way back.'],
  'Платеж возвращён': ['paid back', 'Over: the last payment was paid back.'],
};

export const paymentWord = ({ pay_status: name }) => paymentStates[name]?.[0] ?? name;

/** Why a subscriber without access has none. `newest`: their last payment, undefined when there is none. */
export const reasonOfNoAccess = (newest) =>
  newest === undefined ? 'Nothing bought yet.' : (paymentStates[newest.pay_status]?.[1] ?? newest.pay_status);
