import type { Instant } from '../../domain/model/instant.ts';

/** The parts of a thing as they were; an instant in it is epoch milliseconds, and no secret is in it. */
export type AuditedState = Readonly<Record<string, unknown>> | null;

/** One act of staff, or what a subscriber said to them. */
export type AuditEntry = {
  /** The same act has the same id: an order has that of its command. */
  readonly id: string;
  /** Real time. */
  readonly at: Instant;
  /** Who acted: the user of a token, or the name given on the command line. */
  readonly actor: string;
  /** What was done, such as the type of a command. */
  readonly action: string;
  /** What it was done to. */
  readonly subject: { readonly kind: string; readonly id: string };
  /** The user whom it concerns; null where it concerns none. */
  readonly userId: string | null;
  readonly before: AuditedState;
  readonly after: AuditedState;
  /** Why, in the words of the actor; of a subscriber the reason that they have picked. */
  readonly reason: string;
  /** What a subscriber has added, sealed; absent otherwise. */
  readonly comment?: string;
  /** The `X-Request-Id` of the request, or an id of the command line's own. */
  readonly requestId: string;
};

/** What staff did. It only grows: nothing changes or removes an entry. */
export type Audit = {
  /** Adds the entries. One whose id is there already stays as it is. */
  readonly append: (entries: readonly AuditEntry[]) => Promise<void>;
  /** Entries whose subject or user has this id, newest first. */
  readonly list: (query: {
    readonly about: string;
    readonly limit: number;
    readonly page: number;
  }) => Promise<readonly AuditEntry[]>;
};
