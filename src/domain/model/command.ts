import type { Instant } from './instant.ts';

/** Common to every command: who ordered what, and until when it may still be carried out (real time). */
export type CommandBase = {
  readonly commandId: string;
  readonly userId: string;
  /** Who ordered it: the subscriber, or a member of staff. */
  readonly actor: { readonly kind: 'user' | 'staff'; readonly id: string };
  readonly acceptedAt: Instant;
  readonly bodyHash: string;
  readonly notAfter: Instant | null;
};

/** What a subscriber chooses about a purchase. An open page is shown again only when each of them is the same (same-terms.ts). */
export type PurchaseTerms = {
  readonly tariffId: string;
  readonly paySystem: string;
  readonly renew: boolean;
  /** Where the provider's page sends the subscriber back to; null is the configured address. */
  readonly returnUrl: string | null;
  readonly testClockId: string | null;
};

/** A command that buys: what a payment page is opened for. */
export type Purchase = CommandBase & PurchaseTerms;

/** Why a command was refused; part of the contract (schemas, HTTP codes). */
export type RejectionReason =
  | 'already_subscribed'
  | 'payment_in_progress'
  | 'too_many_open_pages'
  | 'subscription_held'
  | 'command_expired'
  | 'tariff_not_found'
  | 'pay_system_not_found'
  | 'test_clock_mismatch'
  | 'test_clock_not_found'
  | 'provider_unreachable'
  | 'provider_refused'
  | 'payment_declined'
  | 'superseded'
  | 'canceled'
  | 'nothing_to_cancel';

/**
 * A command ends once. Where a page is its first end, which is what requests wait for, the end of the page's payment is
 * its last: completed or rejected.
 */
export type CommandOutcome =
  | { readonly kind: 'completed'; readonly subscriptionId: string | null }
  | { readonly kind: 'requires_action'; readonly redirectUrl: string; readonly subscriptionId: string }
  | { readonly kind: 'rejected'; readonly reason: RejectionReason };

/** What the document remembers of a command. */
export type CommandEntry = {
  readonly id: string;
  /** A type of the table of commands, which stands above this folder (domain/commands/index.ts). */
  readonly type: string;
  readonly bodyHash: string;
  readonly acceptedAt: Instant;
  /** The payment whose page or result decides the outcome; null when the outcome needs none. */
  readonly paymentId: string | null;
  readonly outcome: CommandOutcome | null;
};
