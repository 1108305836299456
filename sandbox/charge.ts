import { cardOf } from './cards.ts';
import { paymentDecline } from './declines.ts';
import type { Fault } from './faults.ts';
import type { Sandbox } from './sandbox.ts';
import { authorizeSaved, cancel, declinedBy, inPayment, keepPayment } from './settle.ts';
import type { Decline, PaymentRecord, SavedMethodRecord } from './types.ts';

/** Outcomes that a script may set besides a reason to decline. */
export const scriptedOutcomes = ['succeeded', 'pending', 'waiting_for_capture'] as const;
type ScriptedOutcome = (typeof scriptedOutcomes)[number];

/** The bank's answer to a charge without the user: that of a script, else that of the saved card. */
function decideCharge(method: SavedMethodRecord): Decline | ScriptedOutcome {
  const scripted = method.next ?? method.always;
  if (scripted !== null) return scriptedOutcomes.find((outcome) => outcome === scripted) ?? paymentDecline(scripted);
  if (method.cardNumber === null) return 'succeeded';
  const card = cardOf(method.cardNumber);
  return card.decline ?? card.laterDecline ?? 'succeeded';
}

/** The charge stays pending and succeeds after this long, whatever the card would have answered. */
const pendingFor = (sandbox: Sandbox, record: PaymentRecord, ms: number): PaymentRecord => ({
  ...record,
  succeedsAtMs: sandbox.clocks.nowMs(record.clockId) + ms,
});

/** Charges a saved method. The create call answers with the final state, unless a script or a fault keeps it pending. */
export function chargeSavedMethod(
  sandbox: Sandbox,
  record: PaymentRecord,
  method: SavedMethodRecord,
  fault: Fault | null,
): PaymentRecord {
  const withMethod: PaymentRecord = { ...record, object: { ...record.object, payment_method: inPayment(method.view) } };
  if (fault?.kind === 'pending_then_succeeded') return keepPayment(sandbox, pendingFor(sandbox, withMethod, fault.ms));
  const decision = decideCharge(method);
  if (method.next !== null) sandbox.store.put('methods', method.view.id, { ...method, next: null });
  if (decision === 'pending') return keepPayment(sandbox, withMethod);
  // The bank only authorizes, although the shop asked for a capture.
  if (decision === 'waiting_for_capture')
    return authorizeSaved(sandbox, { ...withMethod, capture: false }, method.view);
  if (decision === 'succeeded') return authorizeSaved(sandbox, withMethod, method.view);
  const details = declinedBy(decision, method.view);
  const declined: PaymentRecord = { ...withMethod, object: { ...withMethod.object, authorization_details: details } };
  return cancel(sandbox, declined, decision);
}
