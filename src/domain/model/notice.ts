import type { Instant } from './instant.ts';

/** What a notice of an end announces: that of a grace, or of what does not renew. */
export type EndNoticeKind = 'grace_ending' | 'ending';
/** What a notice announces: a charge, an end of access, or a charge that waits for a receipt contact. */
export type NoticeKind = 'renewal_upcoming' | 'retry_upcoming' | EndNoticeKind | 'contact_missing';

/** A notice that was given or skipped. The newest `Policy.noticesMax` of a subscription are kept. */
export type Notice = {
  readonly id: string;
  readonly kind: NoticeKind;
  /** When the charge was planned, or access was to end. Another instant is another notice. */
  readonly moment: Instant;
  /** What was to be charged; null in any other notice. */
  readonly amountMinor: number | null;
  readonly at: Instant;
};
