import type { CommandOutcome } from '../model/command.ts';
import type { PastPayment } from '../model/context.ts';

/**
 * What a page has come to for a command that left the document while it was open: the read model's row of the payment says
 * what the command would have been told. `shown` while the payment goes on.
 */
export function pageOutcome(shown: CommandOutcome, payment: PastPayment | null): CommandOutcome {
  if (payment === null || shown.kind !== 'requires_action') return shown;
  if (payment.watchedBecause !== null) return { kind: 'rejected', reason: payment.watchedBecause };
  switch (payment.state) {
    case 'succeeded':
      return payment.isRefunded
        ? { kind: 'rejected', reason: 'superseded' }
        : { kind: 'completed', subscriptionId: shown.subscriptionId };
    case 'failed':
      return { kind: 'rejected', reason: 'payment_declined' };
    case 'aborted':
      return { kind: 'rejected', reason: 'provider_unreachable' };
    case 'created':
    case 'sending':
    case 'requires_action':
    case 'pending':
    case 'unknown':
      return shown;
  }
}
