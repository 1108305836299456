import { type AwaitedOutcome, judgeEntry } from './await-outcomes.ts';
import type { Instant } from '../../domain/model/instant.ts';
import { findOldCommand } from './find-old-command.ts';
import type { PastLookups, SubscriberStore } from '../ports/subscriber-store.ts';

/** What a signed status URL proves: the user sent this command at this time, with this body. */
export type CommandClaim = {
  readonly commandId: string;
  readonly userId: string;
  readonly acceptedAt: Instant;
  readonly bodyHash: string;
};

export type ReadCommandStatusServices = {
  readonly store: Pick<SubscriberStore, 'findCommands' | 'load'>;
  readonly past: PastLookups;
};

/** The status of a command. `pending`: it is not handled, or the provider has not answered, yet. */
export async function readCommandStatus(
  services: ReadCommandStatusServices,
  claim: CommandClaim,
): Promise<AwaitedOutcome> {
  const [found] = await services.store.findCommands([claim]);
  if (found !== undefined) {
    return judgeEntry(found.entry, [claim.bodyHash], found.subscriber) ?? { kind: 'pending' };
  }
  const entry = await findOldCommand(services.past, claim);
  if (entry === null) return { kind: 'pending' };
  const stored = await services.store.load(claim.userId);
  return judgeEntry(entry, [claim.bodyHash], stored?.subscriber ?? null) ?? { kind: 'pending' };
}
