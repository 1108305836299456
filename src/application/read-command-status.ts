import { type AwaitedOutcome, judgeEntry } from './await-outcomes.ts';
import type { Instant } from '../domain/model/instant.ts';
import { findOldCommand } from './find-old-command.ts';
import type { PastLookups, SubscriberStore } from './ports/subscriber-store.ts';

/** What a status URL proves: this user ordered this command, then, with this body. No write was needed for it. */
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

/** What has become of a command. `pending`: accepted, not handled (or not answered by the provider) yet. */
export async function readCommandStatus(
  services: ReadCommandStatusServices,
  claim: CommandClaim,
): Promise<AwaitedOutcome> {
  const [found] = await services.store.findCommands([claim]);
  if (found !== undefined) {
    return judgeEntry(found.entry, claim.bodyHash, found.subscriber) ?? { kind: 'pending' };
  }
  const entry = await findOldCommand(services.past, claim);
  if (entry === null) return { kind: 'pending' };
  const stored = await services.store.load(claim.userId);
  return judgeEntry(entry, claim.bodyHash, stored?.subscriber ?? null) ?? { kind: 'pending' };
}
