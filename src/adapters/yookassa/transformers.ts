import { type Money, toDecimal } from '../../domain/model/money.ts';
import type { ProviderRequest, RequestMetadata } from '../../domain/model/provider.ts';

/** The provider's limits in characters: longer texts are refused, so ours are cut. */
const paymentDescriptionMax = 128;
const refundDescriptionMax = 250;

/** A request as it will leave, to the byte: `path` is below the API's base address. */
export type FrozenRequest = { readonly method: 'POST'; readonly path: string; readonly body: string };

type Json = string | boolean | { readonly [name: string]: Json | undefined };

/** Keys in alphabetical order, absent ones left out: the same order of ours always gives the same bytes. */
function canonical(value: Json): string {
  if (typeof value !== 'object') return JSON.stringify(value);
  const pairs = Object.entries(value).flatMap(([name, item]) =>
    item === undefined ? [] : [`${JSON.stringify(name)}:${canonical(item)}`],
  );
  return `{${pairs.sort().join(',')}}`;
}

const amountOf = (money: Money): Json => ({ value: toDecimal(money), currency: money.currency });

const metadataOf = (metadata: RequestMetadata): Json => ({
  payment_id: metadata.paymentId,
  user_id: metadata.userId,
  test_clock_id: metadata.testClockId ?? undefined,
});

/** Half of a character outside the basic plane is no text: what the cut may leave of one is replaced. */
const truncate = (text: string, lengthMax: number): string => text.slice(0, lengthMax).toWellFormed();

/**
 * `capture` is always said because its default only holds the money for a week, and `save_payment_method` because
 * leaving it out lets the subscriber decide on the page. A page offers cards only: of the provider's methods some have
 * pages that never end (cash) or last for days (credit), others cannot be charged again, and a replaced page blocks
 * nothing only because it is over within the hour.
 */
function requestOf(
  providerRequest: ProviderRequest,
  defaultReturnUrl: string,
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
          save_payment_method: providerRequest.saveMethod,
        },
      };
    case 'charge':
      // A saved method and a confirmation exclude each other: nobody is there to confirm.
      return {
        path: '/payments',
        body: {
          amount: amountOf(providerRequest.amount),
          capture: true,
          description: truncate(providerRequest.description, paymentDescriptionMax),
          metadata: metadataOf(providerRequest.metadata),
          payment_method_id: providerRequest.methodId,
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
        },
      };
  }
}

/** The body travels inside as text, so that what is sent on any later day is these bytes and not a new rendering. */
export function freeze(providerRequest: ProviderRequest, defaultReturnUrl: string): string {
  const { path, body } = requestOf(providerRequest, defaultReturnUrl);
  return canonical({ method: 'POST', path, body: canonical(body) });
}

const knownPath = /^\/(?:payments|payments\/[\w%.~-]+\/capture|refunds)$/;

/** What `freeze` made; anything else is a bug of ours and must not reach the provider. */
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

/** The payment that a capture is about, whose object must come back; null for what creates an object of its own. */
export function capturedPaymentId(request: FrozenRequest): string | null {
  const id = /^\/payments\/([^/]+)\/capture$/.exec(request.path)?.[1];
  return id === undefined ? null : decodeURIComponent(id);
}
