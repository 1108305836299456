import { cardOf } from './cards.ts';
import { paymentDecline } from './declines.ts';
import type { Sandbox } from './sandbox.ts';
import { authorize, authorized, cancel, declinedBy, keepPayment } from './settle.ts';
import type { Decline, PaymentRecord, SavedMethodRecord } from './types.ts';

/** Outcomes that a script may ask for besides a reason to decline. */
export const SCRIPTED_OUTCOMES: readonly string[] = ['succeeded', 'pending'];

/** What the bank says to a charge without the user: a script first, else what the remembered card does. */
const decideCharge = (method: SavedMethodRecord): Decline | 'succeeded' | 'pending' => {
  const scripted = method.next ?? method.always;
  if (scripted === 'succeeded' || scripted === 'pending') return scripted;
  if (scripted !== null) return paymentDecline(scripted);
  if (method.cardNumber === null) return 'succeeded';
  const card = cardOf(method.cardNumber);
  return card.decline ?? card.laterDecline ?? 'succeeded';
};

/** Charges a saved method; the answer of the create call is already final, save when a script lets it stay pending. */
export const chargeSavedMethod = (
  sandbox: Sandbox,
  record: PaymentRecord,
  method: SavedMethodRecord,
): PaymentRecord => {
  const decision = decideCharge(method);
  if (method.next !== null) sandbox.store.put('methods', method.view.id, { ...method, next: null });
  const withMethod: PaymentRecord = { ...record, object: { ...record.object, payment_method: method.view } };
  if (decision === 'pending') return keepPayment(sandbox, withMethod);
  const isCard = method.view.card !== undefined;
  if (decision === 'succeeded') {
    return authorize(sandbox, withMethod, method.view, isCard ? authorized(false) : undefined);
  }
  const details = declinedBy(decision, method.view);
  const declined: PaymentRecord = { ...withMethod, object: { ...withMethod.object, authorization_details: details } };
  return cancel(sandbox, declined, decision);
};
