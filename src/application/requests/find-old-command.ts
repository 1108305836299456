import type { CommandEntry } from '../../domain/model/command.ts';
import { pageOutcome } from '../../domain/payment/page-outcome.ts';
import type { PastLookups } from '../ports/subscriber-store.ts';

/** A command that the document may no longer hold, from the read models. Its outcome includes the end of its page. */
export async function findOldCommand(
  past: PastLookups,
  { userId, commandId }: { readonly userId: string; readonly commandId: string },
): Promise<CommandEntry | null> {
  const entry = await past.findCommand(userId, commandId);
  if (entry?.outcome?.kind !== 'requires_action' || entry.paymentId === null) return entry;
  const payment = await past.findPayment(userId, entry.paymentId);
  return { ...entry, outcome: pageOutcome(entry.outcome, payment) };
}
