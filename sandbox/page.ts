import { deactivateBinding } from './bindings.ts';
import { isoTime } from './clock.ts';
import {
  backLink,
  cardForm,
  codeForm,
  htmlPage,
  moneyText,
  type PageHead,
  problemBox,
  sbpForm,
  type TypedCard,
  walletForm,
} from './page-html.ts';
import { findPayable, pay, tickSave, type Instrument, type Outcome, type Payable } from './pay.ts';
import type { RawRequest } from './router.ts';
import type { Sandbox } from './sandbox.ts';
import type { EnteredCard } from './types.ts';

export type PageAnswer = { readonly status: number; readonly html: string } | { readonly location: string };

const explanations: Readonly<Record<string, string>> = {
  '3d_secure_failed': 'The bank did not confirm that it is you. Try again or take another card.',
  call_issuer: 'The bank refused. Call it to learn why, or take another card.',
  card_expired: 'The card has expired. Take another one.',
  country_forbidden: 'Cards of this country are not accepted. Take another one.',
  fraud_suspected: 'The payment looks suspicious to the bank. Take another card.',
  general_decline: 'The bank gave no reason. Ask it, or take another card.',
  insufficient_funds: 'There is not enough money on the card. Take another one.',
  invalid_card_number: 'There is no such card. Check the number.',
  invalid_csc: 'The code on the back of the card is wrong. Check it.',
  issuer_unavailable: 'The bank cannot be reached. Try again later or take another card.',
  payment_method_limit_exceeded: 'The limit of the card is used up. Take another one.',
  payment_method_restricted: 'The card is blocked. Take another one.',
};

function headOf({ kind, record }: Payable): PageHead {
  const { shopId } = record;
  if (kind === 'payment') {
    const { amount, description } = record.object;
    return { title: 'Payment', shopId, headline: moneyText(amount), description: description ?? '' };
  }
  const title = record.object.type === 'sbp' ? 'Link an account' : 'Add a card';
  return { title, shopId, headline: title, description: 'Nothing is charged now.' };
}

const endings: Readonly<Record<string, string>> = {
  succeeded: 'Paid. Thank you.',
  waiting_for_capture: 'Paid. The shop will confirm it.',
  canceled: 'This payment was canceled. Start again in the shop.',
  active: 'Saved.',
  inactive: 'Nothing was saved. Start again in the shop.',
};

function endedPage(payable: Payable): PageAnswer {
  const text = endings[payable.record.object.status] ?? '';
  const isGood = !['canceled', 'inactive'].includes(payable.record.object.status);
  const box = isGood ? `<p class="note">${text}</p>` : problemBox(text);
  return { status: 200, html: htmlPage(headOf(payable), box + backLink(payable.record.page.returnUrl, true)) };
}

function formOf(sandbox: Sandbox, { kind, record }: Payable, typed: TypedCard): string {
  const action = `/checkout/${record.object.id}`;
  const wanted = kind === 'payment' ? record.object.payment_method?.type : record.object.type;
  if (wanted === 'sbp') return sbpForm(action);
  if (wanted === 'yoo_money') return walletForm(action, '');
  const recurring = sandbox.config.shops.find((shop) => shop.id === record.shopId)?.recurring === true;
  const saving = record.page.save === true ? 'announced' : record.page.save === null && recurring ? 'asked' : 'none';
  const button = kind === 'payment' ? `Pay ${moneyText(record.object.amount)}` : 'Save the card';
  return cardForm({ action, button, saving, offersWallet: wanted === undefined, typed });
}

const nothingTyped: TypedCard = { number: '', month: '', year: '' };

type FormState = { readonly typed?: TypedCard; readonly problem?: string };

/** The form. A `problem` is a typing mistake, which was not sent to the bank. */
function openPage(sandbox: Sandbox, payable: Payable, { typed = nothingTyped, problem }: FormState = {}): PageAnswer {
  const { lastDecline, returnUrl } = payable.record.page;
  const declined =
    lastDecline === null ? undefined : `The card was declined. ${explanations[lastDecline.reason] ?? ''}`.trim();
  const shown = problem ?? declined;
  const box = shown === undefined ? '' : problemBox(shown);
  const content = box + formOf(sandbox, payable, typed) + backLink(returnUrl, false);
  return { status: problem === undefined ? 200 : 400, html: htmlPage(headOf(payable), content) };
}

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

const isSbp = ({ kind, record }: Payable): boolean => kind === 'binding' && record.object.type === 'sbp';

function readInstrument(
  sandbox: Sandbox,
  payable: Payable,
  form: URLSearchParams,
): Instrument | { readonly problem: string } {
  if (form.get('method') === 'yoo_money' && payable.kind === 'payment') return 'wallet';
  if (isSbp(payable)) return 'sbp';
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
}

/** After a step: redirects to the code, back to the form, or to the shop, so that a reload repeats nothing. */
function nextStep(sandbox: Sandbox, id: string): PageAnswer {
  const payable = findPayable(sandbox, id);
  if (payable === null) return notFound;
  const { page, object } = payable.record;
  if (object.status !== 'pending' && page.returnUrl !== null) return { location: page.returnUrl };
  return { location: page.challengeCard === null ? `/checkout/${id}` : `/checkout/${id}/3ds` };
}

/** A decline that leaves the page open is shown at once, with the typed fields, which are not stored. */
function afterPaying(sandbox: Sandbox, id: string, outcome: Outcome, typed: TypedCard): PageAnswer {
  const payable = findPayable(sandbox, id);
  const isOpen = payable?.record.object.status === 'pending';
  return isOpen && outcome.kind === 'declined' ? openPage(sandbox, payable, { typed }) : nextStep(sandbox, id);
}

function submitCard(sandbox: Sandbox, payable: Payable, form: URLSearchParams): PageAnswer {
  if (payable.kind === 'binding' && isSbp(payable) && form.get('method') === 'other_bank') {
    deactivateBinding(sandbox, payable.record);
    return nextStep(sandbox, payable.record.object.id);
  }
  const typedIn = (name: string): string => form.get(name) ?? '';
  const typed = { number: typedIn('number'), month: typedIn('month'), year: typedIn('year') };
  const instrument = readInstrument(sandbox, payable, form);
  if (typeof instrument !== 'string' && 'problem' in instrument) {
    return openPage(sandbox, payable, { typed, problem: instrument.problem });
  }
  const outcome = pay(sandbox, form.get('save') === 'true' ? tickSave(sandbox, payable) : payable, instrument, false);
  return afterPaying(sandbox, payable.record.object.id, outcome, typed);
}

function submitCode(sandbox: Sandbox, payable: Payable, form: URLSearchParams): PageAnswer {
  const { id } = payable.record.object;
  const card = payable.record.page.challengeCard;
  if (card === null) return nextStep(sandbox, id);
  if (!/^\d{1,8}$/.test(form.get('code') ?? '')) return codePage(payable, card);
  const typed = { number: card.number, month: card.expiryMonth, year: card.expiryYear };
  return afterPaying(sandbox, id, pay(sandbox, payable, { card }, true), typed);
}

const pagePath = /^\/checkout\/([0-9A-Za-z-]{1,64})(\/3ds)?$/;

function route(sandbox: Sandbox, raw: RawRequest): PageAnswer {
  const [, id = '', step] = pagePath.exec(raw.path) ?? [];
  const payable = findPayable(sandbox, id);
  if (payable === null) return notFound;
  if (payable.record.object.status !== 'pending') return endedPage(payable);
  if (raw.method === 'POST') {
    const form = new URLSearchParams(raw.text);
    return step === undefined ? submitCard(sandbox, payable, form) : submitCode(sandbox, payable, form);
  }
  const card = payable.record.page.challengeCard;
  return step !== undefined && card !== null ? codePage(payable, card) : openPage(sandbox, payable);
}

/** The page of `confirmation_url`: card, 3-D Secure code where needed, then back to `return_url` unchanged. */
export function answerPage(sandbox: Sandbox, raw: RawRequest): PageAnswer {
  try {
    return route(sandbox, raw);
  } finally {
    sandbox.store.flush();
  }
}
