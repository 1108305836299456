/** Why we give money back. */
const refundReasons = ['late_success', 'superseded', 'canceled', 'duplicate', 'left_early', 'staff'] as const;
export type RefundReason = (typeof refundReasons)[number];

/** Why we asked for the refund of a read model's row; null for money that others gave back. */
export const ownReasonOf = ({ reason }: { readonly reason: string }): RefundReason | null =>
  refundReasons.find((known) => known === reason) ?? null;
