import type { Binding } from '../../../../domain/model/binding.ts';
import { consent } from './consent.ts';
import { createPart, optional, required } from '../schema.ts';
import { savedMethod } from './payment.ts';
import { sendRecord } from './send-record.ts';

/** A payment method that the subscriber is adding without paying. */
export const binding = createPart<Binding>({
  /** The binding's id, a UUID of ours. */
  id: required(String),
  /** `bank_card` or `sbp`. */
  methodType: required(String),
  /** The binding's state, as the domain names it. */
  state: required(String),
  /** What was sent to the provider. */
  send: required(sendRecord),
  /** The provider's id of the method; null until an answer contained it. */
  providerMethodId: optional(String),
  /** The page on which the subscriber confirms the method. */
  confirmationUrl: optional(String),
  /** `qr`: the address is shown as a QR code; absent for a page, and in what earlier versions stored. */
  confirmation: optional(String),
  /** The subscription that renews again once the method is saved; null where none is to. */
  undoesCancelOf: optional(String),
  /** What the subscriber agreed to with that renewal; null where no terms were shown. */
  consent: optional(consent),
  /** What was unlinked since: none of it is saved. At most as many as the document has methods. */
  unlinked: required([savedMethod] as const),
  /** Epoch milliseconds, on the subscriber's clock. */
  createdAt: required(Number),
  /** Epoch milliseconds, real time. */
  createdRealAt: required(Number),
});
