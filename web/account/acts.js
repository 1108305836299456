import { read, Refusal } from '../api.js';
import { carryOut, openPage, preview } from '../commands.js';
import { moment, money, methodName } from '../format.js';
import { text } from '../language.js';
import { follow, goToPage } from '../pay-page.js';
import { purchaseOf } from '../purchase.js';
import { sentencesOf, termsOf } from '../terms.js';
import { askFirst, paragraphs } from './dialog.js';
import { askHowToLeave, askToGiveUp } from './leave.js';
import { effects, sumBack } from './sentences.js';

/**
 * What each button does: previews its command, says what it comes to, and sends it once that is confirmed. Each resolves to the
 * sentence that says what happened, given the account after it; to null where the visitor went back.
 */

/** What the command comes to, and the terms that the visitor agrees to by it. */
function contentOf(comesTo, { terms }, lead) {
  const agreed = terms === undefined ? [] : sentencesOf(terms, { isNow: comesTo.charge !== null });
  // A card that is to be saved first changes nothing by itself.
  if (comesTo.binds !== null) return [text('effect.binds'), ...agreed];
  // A page changes nothing before it is paid, and the next charge stands in the terms.
  const ends_at = comesTo.charge?.by === 'page' ? null : comesTo.ends_at;
  const next_charge = terms === undefined ? comesTo.next_charge : null;
  return [...lead(comesTo), ...effects({ ...comesTo, ends_at, next_charge }), ...agreed];
}

/**
 * Asks by the preview of the command. One that would be refused is not sent: it might be allowed a moment later, and
 * the visitor has not agreed to what it comes to.
 */
async function confirmed(command, fields, { name, lead = () => [], values = {}, leaves = false }) {
  const comesTo = await preview(command, fields);
  if (!comesTo.allowed) throw new Refusal({ ...comesTo, error: comesTo.error ?? text('problem.refused') });
  const submit = text(`${name}.submit`, { sum: comesTo.charge === null ? '' : money(comesTo.charge.amount) });
  return askFirst({
    title: text(`${name}.title`, values),
    content: paragraphs(contentOf(comesTo, fields, lead)),
    submit: { label: submit, leaves },
  });
}

async function leave({ isRenewing }) {
  const way = await askHowToLeave({ isRenewing });
  if (way === null) return null;
  await carryOut('subscription.cancel', way.fields);
  if (way.name === 'later') {
    return ({ subscription }) =>
      subscription.ends_at === null
        ? text('done.cancel')
        : text('done.cancel_until', { date: moment(subscription.ends_at) });
  }
  return (account) => {
    const sum = sumBack(account);
    return sum === null ? text('done.ended') : text('done.ended_back', { sum });
  };
}

async function giveUp() {
  if (!(await askToGiveUp())) return null;
  await carryOut('subscription.cancel');
  return () => text('done.given_up');
}

async function uncancel() {
  const { subscription, pending } = await read('/api/v1/account');
  // Null where it cannot be taken back any more: its preview says why.
  const chargedAt = pending.cancel?.undone_charge_at ?? null;
  const fields = chargedAt === null ? {} : { terms: termsOf(subscription.tariff, chargedAt) };
  // After the last attempt none is planned: what is overdue is charged once the visitor says so.
  const lead = ({ next_charge: next }) => {
    const isOwed = subscription.status === 'past_due' && next === null;
    return [text(isOwed ? 'uncancel.lead_owed' : 'uncancel.lead')];
  };
  if (!(await confirmed('subscription.uncancel', fields, { name: 'uncancel', lead }))) return null;
  const answer = await openPage('subscription.uncancel', fields);
  return follow('subscription.uncancel', answer, ({ next_charge: next }) =>
    next === null
      ? text('done.uncancel_plain')
      : text('done.uncancel', { sum: money(next.amount), date: moment(next.at) }),
  );
}

async function retry() {
  if (!(await confirmed('payment.retry', {}, { name: 'retry' }))) return null;
  await carryOut('payment.retry');
  return ({ subscription }) => text('done.retry', { date: moment(subscription.period_end) });
}

/** The same tariff once more, paid on a page. With `renew` the page saves the card. */
async function payOnPage({ tariff }, { renew }) {
  const order = await purchaseOf(tariff, { renew });
  const lead = () => [text(renew ? 'page.lead' : 'page.lead_once')];
  if (!(await confirmed('subscription.pay', order, { name: 'page', lead }))) return null;
  return goToPage('subscription.pay', order);
}

async function unlink({ method }) {
  const fields = { method_id: method.id };
  const about = {
    name: 'unlink',
    lead: () => [text('unlink.lead')],
    values: { method: methodName(method) },
    leaves: true,
  };
  if (!(await confirmed('payment_method.unlink', fields, about))) return null;
  await carryOut('payment_method.unlink', fields);
  return () => text('done.unlink');
}

async function makeDefault({ method }) {
  const fields = { method_id: method.id };
  const about = { name: 'default', lead: () => [text('default.lead')], values: { method: methodName(method) } };
  if (!(await confirmed('payment_method.set_default', fields, about))) return null;
  await carryOut('payment_method.set_default', fields);
  return () => text('done.default');
}

async function setContact({ fields }) {
  await carryOut('receipt_contact.set', fields);
  return () => text('done.contact');
}

async function clearContact() {
  const isAgreed = await askFirst({
    title: text('contact.clear_title'),
    content: paragraphs([text('contact.clear_lead')]),
    submit: { label: text('contact.clear'), leaves: true },
  });
  if (!isAgreed) return null;
  await carryOut('receipt_contact.clear');
  return () => text('done.contact_cleared');
}

export const acts = {
  ...{ retry, uncancel, unlink },
  cancel: () => leave({ isRenewing: true }),
  end: () => leave({ isRenewing: false }),
  give_up: giveUp,
  pay_page: (pressed) => payOnPage(pressed, { renew: true }),
  renew_by_page: (pressed) => payOnPage(pressed, { renew: true }),
  prolong: (pressed) => payOnPage(pressed, { renew: false }),
  make_default: makeDefault,
  add_card: () => goToPage('payment_method.bind', { type: 'bank_card' }),
  set_contact: setContact,
  clear_contact: clearContact,
};
