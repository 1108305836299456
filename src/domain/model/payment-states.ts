export type PaymentState =
  'created' | 'sending' | 'requires_action' | 'pending' | 'unknown' | 'succeeded' | 'failed' | 'aborted';
export type RefundState = 'requested' | 'sending' | 'pending' | 'unknown' | 'succeeded' | 'failed';
type OperationState = PaymentState | RefundState;

/** A question that every state of a payment and a refund answers: a new state compiles only once it has its answer here. */
const ask =
  (table: Readonly<Record<OperationState, boolean>>) =>
  ({ state }: { readonly state: OperationState }): boolean =>
    table[state];

const over = { succeeded: false, failed: false, aborted: false } as const;

/** Nothing is out: it stands as it did before its first send. */
export const isReady = ask({
  ...{ created: true, requested: true, sending: false, requires_action: false, pending: false, unknown: false },
  ...over,
});

/** Its request may leave, for the first time or again. */
export const maySend = ask({
  ...{ created: true, requested: true, sending: true, requires_action: false, pending: false, unknown: true },
  ...over,
});

/** Its request may be at the provider, without an answer. */
export const isOut = ask({
  ...{ created: false, requested: false, sending: true, requires_action: false, pending: false, unknown: true },
  ...over,
});

/** Nothing that has been heard so far says what became of it. */
export const isUnresolved = ask({
  ...{ created: false, requested: false, sending: false, requires_action: false, pending: false, unknown: true },
  ...over,
});

/** Its page is open: the subscriber can pay there. */
export const showsPage = ask({
  ...{ created: false, requested: false, sending: false, requires_action: true, pending: false, unknown: false },
  ...over,
});

/** The subscriber has done their part, and the provider is at work. */
export const isAwaited = ask({
  ...{ created: false, requested: false, sending: false, requires_action: false, pending: true, unknown: false },
  ...over,
});

/** The provider is not asked about it any more. */
export const isOver = ask({
  ...{ created: false, requested: false, sending: false, requires_action: false, pending: false, unknown: false },
  ...{ succeeded: true, failed: true, aborted: true },
});

/** Its money can be asked back with a new key. */
export const mayBeRetried = ask({
  ...{ created: false, requested: false, sending: false, requires_action: false, pending: false, unknown: false },
  ...{ succeeded: false, failed: true, aborted: false },
});
