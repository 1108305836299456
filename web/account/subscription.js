import { button, element, link } from '../dom.js';
import { dayElement, featureOf, moment, periodOf, priceOf } from '../format.js';
import { text } from '../language.js';
import { headline, notes, refundNotes } from './sentences.js';
import { buttonsOf, isStopped, statusOf, toneOf } from './status.js';

/** The first panel of the account: the subscription, what comes next, and what may be done about it. */
const paragraph = (sentence) => element('p', 'note', sentence);

function fact(name, ...value) {
  return [element('dt', '', text(`fact.${name}`)), element('dd', '', ...value)];
}

function watchFact(status, { active, valid_until: until }) {
  const why = status === 'none' || status === 'ended' ? null : element('small', 'quiet', text(`why.${status}`));
  const watch = active ? text('fact.watch_value', { date: moment(until) }) : text('fact.no_watch');
  return fact('watch', element('span', '', watch), why);
}

function facts(status, { subscription, access }) {
  const { tariff, period_start: from, period_end: to } = subscription;
  const paid = from === null ? [] : fact('paid', dayElement(from), ' — ', dayElement(to));
  return element(
    'dl',
    '',
    ...fact('price', text('fact.price_value', { sum: priceOf(tariff), period: periodOf(tariff) })),
    ...paid,
    ...watchFact(status, access),
    ...fact('features', tariff.features.map(featureOf).join(', ') || '–'),
  );
}

function buttonElement(shown, { subscription }, onPress) {
  const { name, href, isFilled, leaves } = shown;
  const label = text(`act.${name}`, { sum: name === 'retry' ? priceOf(subscription.tariff) : '' });
  if (href !== undefined) return link(label, href, isFilled ? 'button' : 'button plain');
  const className = isFilled ? '' : leaves ? 'plain quiet' : 'plain';
  return button(label, {
    id: `act-${name}`,
    className,
    onPress: () => onPress({ ...shown, tariff: subscription?.tariff }),
  });
}

export function renderSubscription(account, onPress) {
  const status = statusOf(account);
  const { subscription } = account;
  const buttons = buttonsOf(account);
  return [
    element(
      'div',
      'heading',
      element('h2', '', subscription === null ? text('status.none') : subscription.tariff.name),
      subscription === null ? null : element('span', `badge ${toneOf(status)}`, text(`status.${status}`)),
    ),
    element('p', 'headline', headline(status, account)),
    ...[...notes(status, account), ...refundNotes(account)].map(paragraph),
    ['none', 'ended'].includes(status) && isStopped(account) ? paragraph(text('note.stopped')) : null,
    buttons.some(({ name }) => name === 'renew_by_page') ? paragraph(text('note.no_method')) : null,
    element('div', 'actions', ...buttons.map((shown) => buttonElement(shown, account, onPress))),
    subscription === null ? null : facts(status, account),
  ];
}
