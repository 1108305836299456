import { activateBinding, deactivateBinding, expireBindingIfDue } from './bindings.ts';
import { cardOf } from './cards.ts';
import { paymentDecline } from './declines.ts';
import type { Sandbox } from './sandbox.ts';
import {
  authorize,
  authorized,
  authorizeSaved,
  cancel,
  cardMethod,
  declinedBy,
  endIfDue,
  keepPayment,
  walletMethod,
} from './settle.ts';
import type { BindingRecord, Decline, EnteredCard, MethodView, PaymentRecord } from './types.ts';

/** What a hosted page is about: a payment, or a method to bind. */
export type Payable =
  | { readonly kind: 'payment'; readonly record: PaymentRecord }
  | { readonly kind: 'binding'; readonly record: BindingRecord };

export type Instrument = { readonly card: EnteredCard } | 'wallet' | 'sbp';
/** What the page shows next. `challenge`: the bank wants the user's code first. */
export type Outcome =
  { readonly kind: 'paid' | 'challenge' } | { readonly kind: 'declined'; readonly decline: Decline };

export function findPayable(sandbox: Sandbox, id: string): Payable | null {
  const payment = sandbox.store.get('payments', id);
  if (payment !== undefined) return { kind: 'payment', record: endIfDue(sandbox, payment) };
  const binding = sandbox.store.get('bindings', id);
  return binding === undefined ? null : { kind: 'binding', record: expireBindingIfDue(sandbox, binding) };
}

function changePage(sandbox: Sandbox, payable: Payable, change: Partial<PaymentRecord['page']>): void {
  const page = { ...payable.record.page, ...change };
  if (payable.kind === 'payment') keepPayment(sandbox, { ...payable.record, page });
  else sandbox.store.put('bindings', payable.record.object.id, { ...payable.record, page });
}

const isExpired = (card: EnteredCard, nowMs: number): boolean =>
  nowMs >= Date.UTC(Number(card.expiryYear), Number(card.expiryMonth), 1);

const shopOf = (sandbox: Sandbox, shopId: string) => sandbox.config.shops.find((shop) => shop.id === shopId);

function declinePayment(sandbox: Sandbox, record: PaymentRecord, decline: Decline, method: MethodView): void {
  // No user is present at a charge without a page, so its first decline is final.
  const isFinal = record.object.confirmation === undefined || shopOf(sandbox, record.shopId)?.declineCloses === true;
  const declined = { ...record, page: { ...record.page, lastDecline: decline, challengeCard: null } };
  if (!isFinal) return void keepPayment(sandbox, declined);
  const details = declinedBy(decline, method);
  cancel(
    sandbox,
    { ...declined, object: { ...record.object, payment_method: method, authorization_details: details } },
    decline,
  );
}

function completePayment(
  sandbox: Sandbox,
  record: PaymentRecord,
  instrument: Exclude<Instrument, 'sbp'>,
  decline: Decline | null,
): void {
  const { id, payment_method: known } = record.object;
  const isSaved = record.page.save === true && decline === null;
  const fresh = instrument === 'wallet' ? walletMethod(id, isSaved) : cardMethod(id, instrument.card, isSaved);
  if (decline !== null) {
    declinePayment(sandbox, record, decline, known?.saved === true ? known : fresh);
    return;
  }
  if (known?.saved === true) {
    authorizeSaved(sandbox, record, known);
    return;
  }
  const threeDs = instrument !== 'wallet' && cardOf(instrument.card.number).threeDs;
  authorize(sandbox, record, fresh, instrument === 'wallet' ? undefined : authorized(threeDs));
  if (isSaved) {
    const cardNumber = instrument === 'wallet' ? null : instrument.card.number;
    sandbox.store.put('methods', id, { shopId: record.shopId, view: fresh, cardNumber, next: null, always: null });
  }
}

function completeBinding(sandbox: Sandbox, record: BindingRecord, card: EnteredCard, decline: Decline | null): void {
  if (decline === null) activateBinding(sandbox, record, card);
  else if (shopOf(sandbox, record.shopId)?.declineCloses === true) deactivateBinding(sandbox, record);
  else changePage(sandbox, { kind: 'binding', record }, { lastDecline: decline, challengeCard: null });
}

function complete(sandbox: Sandbox, payable: Payable, instrument: Instrument): Outcome {
  const decline = typeof instrument === 'string' ? null : declineOf(sandbox, payable, instrument.card);
  if (instrument === 'sbp') {
    if (payable.kind === 'binding') activateBinding(sandbox, payable.record, 'sbp');
  } else if (payable.kind === 'payment') completePayment(sandbox, payable.record, instrument, decline);
  else if (instrument !== 'wallet') completeBinding(sandbox, payable.record, instrument.card, decline);
  return decline === null ? { kind: 'paid' } : { kind: 'declined', decline };
}

const declineOf = (sandbox: Sandbox, payable: Payable, card: EnteredCard): Decline | null =>
  isExpired(card, sandbox.clocks.nowMs(payable.record.clockId))
    ? paymentDecline('card_expired')
    : cardOf(card.number).decline;

/** The user confirms. A 3-D Secure card needs a code first, unless it was given already. */
export function pay(sandbox: Sandbox, payable: Payable, instrument: Instrument, isCodeGiven: boolean): Outcome {
  if (typeof instrument !== 'string' && !isCodeGiven && cardOf(instrument.card.number).threeDs) {
    changePage(sandbox, payable, { challengeCard: instrument.card });
    return { kind: 'challenge' };
  }
  return complete(sandbox, payable, instrument);
}

const cardYears = 4;

/** Pays at once with a valid card of this number, its code already given. */
export function payByCard(sandbox: Sandbox, payable: Payable, number: string): Outcome {
  const year = new Date(sandbox.clocks.nowMs(payable.record.clockId)).getUTCFullYear() + cardYears;
  return pay(sandbox, payable, { card: { number, expiryYear: String(year), expiryMonth: '12' } }, true);
}

/** The user ticks "save" themselves; possible only if the shop left the choice to them. */
export function tickSave(sandbox: Sandbox, payable: Payable): Payable {
  const isOpen = payable.record.page.save === null && shopOf(sandbox, payable.record.shopId)?.recurring === true;
  if (!isOpen || payable.kind !== 'payment') return payable;
  const record = keepPayment(sandbox, { ...payable.record, page: { ...payable.record.page, save: true } });
  return { kind: 'payment', record };
}
