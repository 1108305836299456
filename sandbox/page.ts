import type { RawRequest } from './api.ts';
import { isoTime } from './clock.ts';
import { backLink, cardForm, codeForm, htmlPage, problemBox, walletForm, type PageHead } from './page-html.ts';
import { findPayable, pay, tickSave, type Instrument, type Payable } from './pay.ts';
import type { Sandbox } from './sandbox.ts';
import type { EnteredCard } from './types.ts';

export type PageAnswer = { readonly status: number; readonly html: string } | { readonly location: string };

const EXPLANATIONS: Readonly<Record<string, string>> = {
  '3d_secure_failed': 'The bank did not confirm that it is you.',
  call_issuer: 'The bank refused. Call it to learn why.',
  card_expired: 'The card has expired.',
  country_forbidden: 'Cards of this country are not accepted.',
  fraud_suspected: 'The payment looks suspicious.',
  insufficient_funds: 'There is not enough money on the card.',
  invalid_card_number: 'There is no such card. Check the number.',
  invalid_csc: 'The code on the back of the card is wrong.',
  issuer_unavailable: 'The bank cannot be reached.',
  payment_method_limit_exceeded: 'The limit of the card is used up.',
  payment_method_restricted: 'The card is blocked.',
};

const headOf = ({ kind, record }: Payable): PageHead => ({
  title: kind === 'payment' ? 'Payment' : 'Add a card',
  shopId: record.shopId,
  headline: kind === 'payment' ? `${record.object.amount.value} ${record.object.amount.currency}` : 'Add a card',
  description: kind === 'payment' ? (record.object.description ?? '') : 'Nothing is charged now.',
});

const ENDINGS: Readonly<Record<string, string>> = {
  succeeded: 'Paid. Thank you.',
  waiting_for_capture: 'Paid. The shop will confirm it.',
  canceled: 'This payment was canceled. Start again in the shop.',
  active: 'The card is saved.',
  inactive: 'The card was not saved. Start again in the shop.',
};

const endedPage = (payable: Payable): PageAnswer => {
  const text = ENDINGS[payable.record.object.status] ?? '';
  const isGood = !['canceled', 'inactive'].includes(payable.record.object.status);
  const box = isGood ? `<p class="note">${text}</p>` : problemBox(text);
  return { status: 200, html: htmlPage(headOf(payable), box + backLink(payable.record.page.returnUrl, true)) };
};

const formOf = (sandbox: Sandbox, { kind, record }: Payable): string => {
  const action = `/checkout/${record.object.id}`;
  const wanted = kind === 'payment' ? record.object.payment_method?.type : 'bank_card';
  if (wanted === 'yoo_money') return walletForm(action, '');
  const recurring = sandbox.config.shops.find((shop) => shop.id === record.shopId)?.recurring === true;
  const saving = record.page.save === true ? 'told' : record.page.save === null && recurring ? 'asked' : 'none';
  const button =
    kind === 'payment' ? `Pay ${record.object.amount.value} ${record.object.amount.currency}` : 'Save the card';
  return cardForm({ action, button, saving, offersWallet: wanted === undefined });
};

const openPage = (sandbox: Sandbox, payable: Payable, problem: string | null, status = 200): PageAnswer => {
  const { lastDecline, returnUrl } = payable.record.page;
  const declined =
    lastDecline === null
      ? null
      : `The payment was declined (${lastDecline.reason}). ${EXPLANATIONS[lastDecline.reason] ?? ''} Try another card.`;
  const told = problem ?? declined;
  const content = (told === null ? '' : problemBox(told)) + formOf(sandbox, payable) + backLink(returnUrl, false);
  return { status, html: htmlPage(headOf(payable), content) };
};

const codePage = (payable: Payable, card: EnteredCard): PageAnswer => ({
  status: 200,
  html: htmlPage(headOf(payable), codeForm(`/checkout/${payable.record.object.id}/3ds`, card.number.slice(-4))),
});

const notFound: PageAnswer = {
  status: 404,
  html: htmlPage(
    { title: 'Not found', shopId: '', headline: 'No such payment', description: 'The link is wrong or too old.' },
    '',
  ),
};

const readInstrument = (
  sandbox: Sandbox,
  payable: Payable,
  form: URLSearchParams,
): Instrument | { readonly problem: string } => {
  if (form.get('method') === 'yoo_money' && payable.kind === 'payment') return 'wallet';
  const number = (form.get('number') ?? '').replace(/[\s-]/g, '');
  const month = form.get('month') ?? '';
  const year = form.get('year') ?? '';
  if (!/^\d{12,19}$/.test(number)) return { problem: 'Check the card number: it has 12 to 19 digits.' };
  if (!/^(0?[1-9]|1[0-2])$/.test(month) || !/^(\d{2}|\d{4})$/.test(year))
    return { problem: 'Check the month and the year.' };
  if (!/^\d{3,4}$/.test(form.get('csc') ?? '')) return { problem: 'Check the CVC: it has 3 or 4 digits.' };
  const century = isoTime(sandbox.clocks.nowMs(payable.record.clockId)).slice(0, 2);
  const expiryYear = year.length === 2 ? `${century}${year}` : year;
  return { card: { number, expiryYear, expiryMonth: month.padStart(2, '0') } };
};

/** After a step: the user goes on to the code, back to the form, or home to the shop, always by a fresh GET. */
const nextStep = (sandbox: Sandbox, id: string): PageAnswer => {
  const payable = findPayable(sandbox, id);
  if (payable === null) return notFound;
  const { page, object } = payable.record;
  if (object.status !== 'pending' && page.returnUrl !== null) return { location: page.returnUrl };
  return { location: page.challengeCard === null ? `/checkout/${id}` : `/checkout/${id}/3ds` };
};

const submitCard = (sandbox: Sandbox, payable: Payable, form: URLSearchParams): PageAnswer => {
  const instrument = readInstrument(sandbox, payable, form);
  if (instrument !== 'wallet' && 'problem' in instrument) return openPage(sandbox, payable, instrument.problem, 400);
  pay(sandbox, form.get('save') === 'true' ? tickSave(sandbox, payable) : payable, instrument, false);
  return nextStep(sandbox, payable.record.object.id);
};

const submitCode = (sandbox: Sandbox, payable: Payable, form: URLSearchParams): PageAnswer => {
  const card = payable.record.page.challengeCard;
  if (card !== null && !/^\d{1,8}$/.test(form.get('code') ?? '')) return codePage(payable, card);
  if (card !== null) pay(sandbox, payable, { card }, true);
  return nextStep(sandbox, payable.record.object.id);
};

const PATH = /^\/checkout\/([0-9A-Za-z-]{1,64})(\/3ds)?$/;

const route = (sandbox: Sandbox, raw: RawRequest): PageAnswer => {
  const [, id = '', step] = PATH.exec(raw.path) ?? [];
  const payable = findPayable(sandbox, id);
  if (payable === null) return notFound;
  if (payable.record.object.status !== 'pending') return endedPage(payable);
  if (raw.method === 'POST') {
    const form = new URLSearchParams(raw.text);
    return step === undefined ? submitCard(sandbox, payable, form) : submitCode(sandbox, payable, form);
  }
  const card = payable.record.page.challengeCard;
  return step !== undefined && card !== null ? codePage(payable, card) : openPage(sandbox, payable, null);
};

/** The page that `confirmation_url` leads to: card, perhaps a 3-D Secure code, then back to `return_url` unchanged. */
export const answerPage = (sandbox: Sandbox, raw: RawRequest): PageAnswer => {
  try {
    return route(sandbox, raw);
  } finally {
    sandbox.store.flush();
  }
};
