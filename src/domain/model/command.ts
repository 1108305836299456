import type { Instant } from './instant.ts';

/** The fields of every command. `notAfter` is in real time; a later command is rejected. */
export type CommandBase = {
  readonly commandId: string;
  readonly userId: string;
  /** The subscriber, or a member of staff who acts for them. */
  readonly actor: { readonly kind: 'user' | 'staff'; readonly id: string };
  readonly acceptedAt: Instant;
  /** When its sender says that it was accepted, where the log says otherwise (`boundAcceptance`). Absent where they agree. */
  readonly claimedAt?: Instant;
  readonly bodyHash: string;
  readonly notAfter: Instant | null;
};

/** What a subscriber chooses. An open page is shown again only when all of it is the same (payment/same-terms.ts). */
export type PurchaseTerms = {
  readonly tariffId: string;
  readonly paySystem: string;
  readonly renew: boolean;
  /** The provider's page redirects the subscriber to this address; null is the configured one. */
  readonly returnUrl: string | null;
  readonly testClockId: string | null;
};

/** A command that opens a payment page. */
export type Purchase = CommandBase & PurchaseTerms;

/** Why a command was rejected; part of the contract (schemas, HTTP codes). */
export type RejectionReason =
  | 'already_subscribed'
  | 'already_prepaid'
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
  | 'nothing_to_cancel'
  | 'nothing_to_release'
  | 'nothing_to_resolve'
  | 'payment_unresolved'
  | 'provider_id_missing'
  | 'not_active'
  | 'too_late'
  | 'method_required'
  | 'method_not_found'
  | 'binding_unsupported'
  | 'binding_failed'
  | 'too_many_methods'
  | 'cancel_scheduled'
  | 'too_many_tries'
  | 'refund_exceeds'
  | 'refund_remainder'
  | 'refund_window_over'
  | 'contact_required'
  | 'contact_unusable'
  | 'amount_changed'
  | 'terms_required';

/**
 * How a command ended. `requires_action` is an interim outcome: it answers waiting requests, and the end of the page's
 * payment or binding replaces it with `completed` or `rejected`. Those two are final.
 */
export type CommandOutcome =
  | { readonly kind: 'completed'; readonly subscriptionId: string | null }
  | {
      readonly kind: 'requires_action';
      readonly redirectUrl: string;
      /** The address is to be shown as a QR code; absent for a page. */
      readonly confirmation?: 'qr';
      readonly subscriptionId: string | null;
    }
  | { readonly kind: 'rejected'; readonly reason: RejectionReason };

/** A command as the document stores it. */
export type CommandEntry = {
  readonly id: string;
  /** A key of the table of commands (domain/commands/index.ts), which this folder may not import. */
  readonly type: string;
  readonly bodyHash: string;
  readonly acceptedAt: Instant;
  /** As its sender has dated it, where that is another time. It tells a repeat from the first request. */
  readonly claimedAt?: Instant;
  /** The payment whose page or result decides the outcome; null when no payment does. */
  readonly paymentId: string | null;
  /** The binding whose page or result decides the outcome; absent where none does. */
  readonly bindingId?: string;
  readonly outcome: CommandOutcome | null;
};
