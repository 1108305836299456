/** Names one provider operation: a payment (with its capture) or a refund. */
export type Subject = { readonly kind: 'payment' | 'refund'; readonly id: string };

/**
 * What a decision wants done at the provider after its save. `send`: the frozen request of the subject leaves; `check`:
 * the provider is asked for the state of the subject.
 */
export type Effect = { readonly kind: 'send' | 'check'; readonly subject: Subject };
