/** Why we give money back. */
export const refundReasons = ['late_success', 'superseded', 'canceled', 'duplicate', 'left_early', 'staff'] as const;
export type RefundReason = (typeof refundReasons)[number];
