import type { Recalled } from '../../../../domain/model/recalled.ts';
import { createPart, optional, required } from '../schema.ts';
import { money } from './tariff.ts';

/** An object of ours at the provider that no operation of a restored document has taken yet. */
export const recalled = createPart<Recalled>({
  /** `payment` or `refund`. */
  object: required(String),
  /** The provider's id. */
  id: required(String),
  /** Our id of the payment. */
  paymentId: required(String),
  /** The name of a refund; null for a payment, and for the first refund of its payment. */
  refundId: optional(String),
  /** What the provider moved. */
  amount: required(money),
  /** Epoch milliseconds, by the provider. */
  createdAt: required(Number),
  /** The provider's id of what paid it; null where nothing has. */
  methodId: optional(String),
  /** Whether all of its money has gone back. */
  wentBack: optional(Boolean),
  /** Whether it has moved nothing, and is over. */
  failed: optional(Boolean),
});
