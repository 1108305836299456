import type { CommandOutcome } from '../model/command.ts';
import type { PastPayment } from '../model/context.ts';

/**
 * The outcome of a command that was removed from the document while its page was open. It follows from the payment in the
 * read model, as it would have in the document; `shown` while the payment is not over.
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
