/**
 * Rows of payments and refunds that are stuck. A row keeps `stuckSince` after its end, so its state counts as well. The index
 * `stuck` of both collections holds them.
 */
export const stuckRows = {
  state: { $in: ['sending', 'requires_action', 'pending', 'unknown'] },
  stuckSince: { $gt: 0 },
};
