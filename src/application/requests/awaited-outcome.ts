import type { CommandEntry, CommandOutcome } from '../../domain/model/command.ts';
import type { Instant } from '../../domain/model/instant.ts';
import type { Subscriber } from '../../domain/model/subscriber.ts';

/** The request by which a command was accepted for the first time. */
export type FirstRequest = {
  readonly acceptedAt: Instant;
  /** The same by the clock of the process that accepted it. */
  readonly claimedAt: Instant;
  readonly bodyHash: string;
};

export type AwaitedOutcome =
  | {
      readonly kind: 'ended';
      readonly outcome: CommandOutcome;
      readonly first: FirstRequest;
      readonly subscriber: Subscriber | null;
    }
  | { readonly kind: 'other_body' }
  /** `first` is null where the command was not found, as it may not be handled yet. */
  | { readonly kind: 'pending'; readonly first: FirstRequest | null };

/** The result for a command that was not found. */
export const unseen: AwaitedOutcome = { kind: 'pending', first: null };

/** During a roll a newer version may have saved an outcome of another kind: the command is then not answered yet. */
const known: Readonly<Record<CommandOutcome['kind'], true>> = {
  completed: true,
  requires_action: true,
  rejected: true,
};

/** The result for a request whose body has one of these hashes. */
export function judgeEntry(
  entry: CommandEntry,
  { bodyHash: wanted, otherHashes = [] }: { readonly bodyHash: string; readonly otherHashes?: readonly string[] },
  subscriber: Subscriber | null,
): AwaitedOutcome {
  const { outcome, acceptedAt, claimedAt = acceptedAt, bodyHash } = entry;
  if (![wanted, ...otherHashes].includes(bodyHash)) return { kind: 'other_body' };
  const first = { acceptedAt, claimedAt, bodyHash };
  if (outcome === null || !Object.hasOwn(known, outcome.kind)) return { kind: 'pending', first };
  return { kind: 'ended', outcome, first, subscriber };
}

/** Whether the outcome of the command is final. */
export const isOver = (awaited: AwaitedOutcome): boolean =>
  awaited.kind === 'other_body' || (awaited.kind === 'ended' && awaited.outcome.kind !== 'requires_action');
