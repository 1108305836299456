import type { CommandEntry, CommandOutcome } from '../../../../domain/model/command.ts';
import { createPart, type Fields, optional, required } from '../schema.ts';

const outcome = createPart<CommandOutcome>({
  /** `completed`, `requires_action` or `rejected`. */
  kind: required(String),
  /** The subscription that the command was about. */
  subscriptionId: optional(String),
  /** The page on which the subscriber pays. */
  redirectUrl: optional(String),
  /** `qr`: the address is shown as a QR code; absent for a page. */
  confirmation: optional(String),
  /** Why it was rejected, as the contract names it. */
  reason: optional(String),
});

/** The fields that the subscriber's document and the read model share. */
export const commandFields: Fields<Omit<CommandEntry, 'id' | 'acceptedAt'>> = {
  /** The command's type, as the contract names it. */
  type: required(String),
  /** A hash of the command's body: another body under the same id is refused. */
  bodyHash: required(String),
  /** When its sender says that it was accepted, in epoch milliseconds; absent where the log agrees. */
  claimedAt: optional(Number),
  /** The payment whose page or result decides the outcome; null when the outcome needs none. */
  paymentId: optional(String),
  /** The binding whose page or result decides the outcome; absent where none does. */
  bindingId: optional(String),
  /** How the command ended; null until it has. */
  outcome: optional(outcome),
};

export const command = createPart<CommandEntry>({
  /** The command's id, the idempotency key of its sender. */
  id: required(String),
  ...commandFields,
  /** Epoch milliseconds, real time. */
  acceptedAt: required(Number),
});
