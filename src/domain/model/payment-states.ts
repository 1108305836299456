export type PaymentState =
  'created' | 'sending' | 'requires_action' | 'pending' | 'unknown' | 'succeeded' | 'failed' | 'aborted';
export type RefundState = 'requested' | 'sending' | 'pending' | 'unknown' | 'succeeded' | 'failed';
type OperationState = PaymentState | RefundState;

/** A question about the state of a payment or refund. A new state compiles only when every question has its answer. */
const ask =
  (table: Readonly<Record<OperationState, boolean>>) =>
  ({ state }: { readonly state: OperationState }): boolean =>
    table[state];

const over = { succeeded: false, failed: false, aborted: false } as const;

/** No request is at the provider: as before the first send. */
export const isReady = ask({
  ...{ created: true, requested: true, sending: false, requires_action: false, pending: false, unknown: false },
  ...over,
});

/** Its request may be sent, for the first time or again. */
export const maySend = ask({
  ...{ created: true, requested: true, sending: true, requires_action: false, pending: false, unknown: true },
  ...over,
});

/** Its request may be at the provider, and has no answer. */
export const isOut = ask({
  ...{ created: false, requested: false, sending: true, requires_action: false, pending: false, unknown: true },
  ...over,
});

/** We do not know what the provider did. */
export const isUnresolved = ask({
  ...{ created: false, requested: false, sending: false, requires_action: false, pending: false, unknown: true },
  ...over,
});

/** Its page is open: the subscriber can pay there. */
export const showsPage = ask({
  ...{ created: false, requested: false, sending: false, requires_action: true, pending: false, unknown: false },
  ...over,
});

/** The provider is processing the payment; the subscriber has nothing more to do. */
export const isAwaited = ask({
  ...{ created: false, requested: false, sending: false, requires_action: false, pending: true, unknown: false },
  ...over,
});

/** It has ended: no status check is made any more. */
export const isOver = ask({
  ...{ created: false, requested: false, sending: false, requires_action: false, pending: false, unknown: false },
  ...{ succeeded: true, failed: true, aborted: true },
});

/** The money has moved: to us with a payment, back with a refund. */
export const hasMoved = ask({
  ...{ created: false, requested: false, sending: false, requires_action: false, pending: false, unknown: false },
  ...{ succeeded: true, failed: false, aborted: false },
});

/** The refund can be requested again, with a new key. */
export const mayBeRetried = ask({
  ...{ created: false, requested: false, sending: false, requires_action: false, pending: false, unknown: false },
  ...{ succeeded: false, failed: true, aborted: false },
});
