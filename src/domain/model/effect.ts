/** Names one provider operation: a payment (with its capture), a refund or a binding. */
export type Subject = { readonly kind: 'payment' | 'refund' | 'binding'; readonly id: string };

/**
 * What the application does at the provider after it has saved a decision. `send` sends the frozen request of the
 * subject; `check` reads the state of the subject.
 */
export type Effect = { readonly kind: 'send' | 'check'; readonly subject: Subject };
