import type { Customer } from '../../application/ports/payment-provider.ts';
import type { ProviderRequest, RequestMetadata } from '../../domain/model/provider.ts';
import { amountOf, canonical, type Json, truncate } from './canonical-json.ts';
import { receiptJson } from './receipt-json.ts';

/** The provider's limits in characters. It refuses longer texts, so ours are truncated. */
const paymentDescriptionMax = 128;
const refundDescriptionMax = 250;

/** A request as it is sent, to the byte. `path` is relative to the API's base address. */
export type FrozenRequest = { readonly method: 'POST'; readonly path: string; readonly body: string };

const metadataOf = (metadata: RequestMetadata): Json => ({
  payment_id: metadata.paymentId,
  refund_id: metadata.refundId,
  user_id: metadata.userId,
  test_clock_id: metadata.testClockId ?? undefined,
});

/**
 * What the provider's defaults would change:
 * 1. without `capture` it only authorizes the money, for a week;
 * 2. without `save_payment_method` the subscriber decides on the page;
 * 3. without `payment_method_data` a page offers every method. Some pages then never expire (cash) or last for days
 *    (credit), some methods cannot be charged again, and a replaced page blocks nothing only because it expires in an hour.
 */
function requestOf(
  providerRequest: ProviderRequest,
  defaultReturnUrl: string,
  customer?: Customer,
): { readonly path: string; readonly body: Json } {
  switch (providerRequest.kind) {
    case 'checkout':
      return {
        path: '/payments',
        body: {
          amount: amountOf(providerRequest.amount),
          capture: true,
          confirmation: { type: 'redirect', return_url: providerRequest.returnUrl ?? defaultReturnUrl },
          description: truncate(providerRequest.description, paymentDescriptionMax),
          metadata: metadataOf(providerRequest.metadata),
          payment_method_data: { type: 'bank_card' },
          receipt: receiptJson(providerRequest, customer),
          save_payment_method: providerRequest.saveMethod,
        },
      };
    case 'charge':
      // No confirmation: a saved method is charged without the subscriber.
      return {
        path: '/payments',
        body: {
          amount: amountOf(providerRequest.amount),
          capture: true,
          description: truncate(providerRequest.description, paymentDescriptionMax),
          metadata: metadataOf(providerRequest.metadata),
          payment_method_id: providerRequest.methodId,
          receipt: receiptJson(providerRequest, customer),
        },
      };
    case 'capture':
      return {
        path: `/payments/${encodeURIComponent(providerRequest.providerPaymentId)}/capture`,
        body: { amount: amountOf(providerRequest.amount) },
      };
    case 'refund':
      return {
        path: '/refunds',
        body: {
          amount: amountOf(providerRequest.amount),
          description: truncate(providerRequest.description, refundDescriptionMax),
          metadata: metadataOf(providerRequest.metadata),
          payment_id: providerRequest.providerPaymentId,
          receipt: receiptJson(providerRequest, customer),
        },
      };
  }
}

/** The body is kept as text, so that every later send has these bytes and not a new serialization. */
export function freeze(providerRequest: ProviderRequest, defaultReturnUrl: string, customer?: Customer): string {
  const { path, body } = requestOf(providerRequest, defaultReturnUrl, customer);
  return canonical({ method: 'POST', path, body: canonical(body) });
}

const knownPath = /^\/(?:payments|payments\/[\w%.~-]+\/capture|refunds)$/;

/** Opens what `freeze` made. Anything else is a bug of ours and must not reach the provider. */
export function thaw(frozen: string): FrozenRequest {
  const value: unknown = JSON.parse(frozen);
  if (typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'body' in value) {
    const { method, path, body } = value;
    if (method === 'POST' && typeof path === 'string' && knownPath.test(path) && typeof body === 'string') {
      return { method, path, body };
    }
  }
  throw new Error('A frozen request is not one that this adapter made');
}

/** The payment that a capture names, which the answer must contain; null for a request that creates an object. */
export function capturedPaymentId(request: FrozenRequest): string | null {
  const id = /^\/payments\/([^/]+)\/capture$/.exec(request.path)?.[1];
  return id === undefined ? null : decodeURIComponent(id);
}
