import type { Consent } from './consent.ts';
import type { Instant } from './instant.ts';
import type { SavedMethod } from './payment.ts';
import type { BindableType } from './provider.ts';
import type { SendRecord } from './send-record.ts';

/** Why a binding saved nothing. `unknown`: the provider gives no reason, or has not said what became of it. */
export type BindFailure =
  | 'unknown'
  | 'provider_unreachable'
  | 'provider_refused'
  | 'superseded'
  | 'method_unlinked'
  | 'too_many_methods'
  | 'charged_back';

/** A payment method in the making: the subscriber confirms it on a page of the provider, and pays nothing. */
export type Binding = {
  readonly id: string;
  readonly methodType: BindableType;
  readonly state: 'created' | 'sending' | 'requires_action' | 'pending' | 'unknown';
  readonly send: SendRecord;
  /** The method's id at the provider; null before its first answer. */
  readonly providerMethodId: string | null;
  /** The address of its page, or what its QR code holds. */
  readonly confirmationUrl: string | null;
  /** Absent for a page. */
  readonly confirmation?: 'qr';
  /** The subscription that is to renew again once the method is saved; null where only the method is wanted. */
  readonly undoesCancelOf: string | null;
  /** What the subscriber agreed to as they asked for that; null where no terms were shown. */
  readonly consent: Consent | null;
  /** Cards that were unlinked since: if it turns out to be one of them, it saves nothing. */
  readonly unlinked: readonly SavedMethod[];
  /** On the subscriber's clock, and in real time. */
  readonly createdAt: Instant;
  readonly createdRealAt: Instant;
};
