import type { PlantedBug } from './planted-bug.ts';

/** Mistakes about refunds beside others of the same payment: when a subscriber leaves, and of the cabinet. */
export const plantedRefunds: readonly PlantedBug[] = [
  {
    name: 'money that staff gave back refunded as well',
    file: 'src/domain/commands/record-refund.ts',
    text: 'refundedMinor: beforeMinor + amountMinor',
    instead: 'refundedMinor: beforeMinor',
  },
  {
    name: 'a late refund not reported',
    file: 'src/domain/timers/refund-alarm-due.ts',
    text: '.filter(({ alarmedAt }) => alarmedAt === undefined)',
    instead: '.filter(({ alarmedAt }) => alarmedAt !== undefined)',
  },
  {
    name: 'the unused part rounded down',
    file: 'src/domain/subscription/unused-part.ts',
    text: ' + lengthMs - 1n) / lengthMs);',
    instead: ') / lengthMs);',
  },
  {
    name: 'the whole month given back',
    file: 'src/domain/payment/refund-unused.ts',
    text: 'const unused = unusedMinor(capture.capturedMinor, period, at);',
    instead: 'const unused = unusedMinor(capture.capturedMinor, period, Math.min(at, period.periodStart));',
  },
  {
    name: 'a refund of the cabinet recorded again',
    file: 'src/domain/reconciliation/booked.ts',
    text: '  const refunds = [...held, ...past];',
    instead: '  const refunds = [...held];',
  },
  {
    name: 'a refund of the cabinet not counted',
    file: 'src/domain/payment/adopt-refund.ts',
    text: '    refundedMinor: Math.min(sumMinor, capturedMinor),',
    instead: '    refundedMinor: captured.refundedMinor,',
  },
  {
    name: 'a refund asked again in full after one of the cabinet',
    file: 'src/domain/payment/apply-refund.ts',
    text: '?? retryMinor(draft.state, failed, recalledMinor, context.policy);',
    instead: '?? failed.amount.amountMinor;',
  },
  {
    name: 'a late success refunded in full after one of the cabinet',
    file: 'src/domain/payment/complete-payment.ts',
    text: '  refundedMinor: Math.min(payment.amount.amountMinor, externalMinor(state, payment.id)),',
    instead: '  refundedMinor: 0,',
  },
  {
    name: 'staff give back more than the cabinet has left',
    file: 'src/domain/payment/request-refund.ts',
    text: 'const leftMinor = capture.capturedMinor - capture.refundedMinor;',
    instead: 'const leftMinor = capture.capturedMinor - (capture.requestedMinor ?? 0);',
  },
  {
    name: 'access kept after it was revoked with its money',
    file: 'src/domain/commands/refund-payment.ts',
    text: 'command.revokeAccess ? revokeAccess(refunded, capture, context) : refunded;',
    instead: 'command.revokeAccess ? refunded : refunded;',
  },
  {
    name: 'a chargeback refunded as well',
    file: 'src/domain/commands/record-chargeback.ts',
    text: '    refundedMinor: Math.min(sumMinor, capturedMinor),',
    instead: '    refundedMinor: capture.refundedMinor,',
  },
  {
    name: 'a page opened after a chargeback',
    file: 'src/domain/commands/pay.ts',
    text: "if (draft.state.chargesStopped !== null) return reject(draft, command, 'subscription_held');",
    instead: '',
  },
  {
    name: 'access kept after a chargeback',
    file: 'src/domain/commands/record-chargeback.ts',
    text: '  const ended = endAccess(unbound, context);',
    instead: '  const ended = unbound;',
  },
];
