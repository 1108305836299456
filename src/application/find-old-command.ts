import type { CommandEntry } from '../domain/command.ts';
import { pageOutcome } from '../domain/page-outcome.ts';
import type { DecisionLedger } from './ports/subscriber-store.ts';

/** A command that the document may no longer hold, as the read models know it: with what has become of its page since. */
export async function findOldCommand(
  ledger: DecisionLedger,
  { userId, commandId }: { readonly userId: string; readonly commandId: string },
): Promise<CommandEntry | null> {
  const entry = await ledger.findCommand(userId, commandId);
  if (entry?.outcome?.kind !== 'requires_action' || entry.paymentId === null) return entry;
  const payment = await ledger.findPayment(userId, entry.paymentId);
  return { ...entry, outcome: pageOutcome(entry.outcome, payment) };
}
