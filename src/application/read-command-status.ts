import { judgeEntry } from './await-outcomes.ts';
import type { AwaitedOutcome } from './await-outcomes.ts';
import type { CommandClaim } from './command-token.ts';
import { findOldCommand } from './find-old-command.ts';
import type { DecisionLedger, SubscriberStore } from './ports/subscriber-store.ts';

export type ReadCommandStatusServices = {
  readonly store: Pick<SubscriberStore, 'findCommands' | 'load'>;
  readonly ledger: DecisionLedger;
};

/** What has become of a command. `pending`: accepted, not handled (or not answered by the provider) yet. */
export async function readCommandStatus(
  services: ReadCommandStatusServices,
  claim: CommandClaim,
): Promise<AwaitedOutcome> {
  const [found] = await services.store.findCommands([claim]);
  if (found !== undefined) {
    return judgeEntry(found.entry, claim.bodyHash, found.subscriber) ?? { kind: 'pending' };
  }
  const entry = await findOldCommand(services.ledger, claim);
  if (entry === null) return { kind: 'pending' };
  const stored = await services.store.load(claim.userId);
  return judgeEntry(entry, claim.bodyHash, stored?.subscriber ?? null) ?? { kind: 'pending' };
}
