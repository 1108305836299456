import { circuitOpen, noShare } from '../../application/ports/payment-provider.ts';
import type { CheckResult, ProviderObjects, SendOutcome } from '../../domain/model/provider.ts';
import type { HttpResult } from './http-call.ts';
import { isFields, parseJson, parseObject } from './parse-object.ts';
import { capturedPaymentId, type FrozenRequest } from './transformers.ts';

/** Codes of a failed connection: no byte of the request was sent. With any other code it may have been sent. */
const provedUnsent: ReadonlySet<string> = new Set([circuitOpen, noShare, 'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);
/** Statuses by which the provider says that it did nothing. */
const refusals: ReadonlySet<number> = new Set([400, 401, 403, 404, 415]);
const timeouts: ReadonlySet<string> = new Set(['ETIMEDOUT', 'ECONNABORTED', 'ERR_CANCELED']);

export type ProviderError = {
  readonly id: string | null;
  readonly code: string;
  readonly description: string;
  readonly parameter: string | null;
};

const textOr = <Else>(value: unknown, otherwise: Else): string | Else =>
  typeof value === 'string' && value.length <= 500 ? value : otherwise;

/** The provider's error object; null when something else answered in its place (a gateway, a wrong address). */
export function parseError(body: string): ProviderError | null {
  const value = parseJson(body);
  if (!isFields(value) || value['type'] !== 'error') return null;
  const code = textOr(value['code'], null);
  if (code === null) return null;
  return {
    id: textOr(value['id'], null),
    code,
    description: textOr(value['description'], ''),
    parameter: textOr(value['parameter'], null),
  };
}

/**
 * Whether the key was used before with another body. That request may have been carried out, so this is no refusal. The
 * description is searched too: older answers name no parameter, and a false match only costs a read.
 */
const namesTheKey = (error: ProviderError): boolean =>
  /idempoten[ct]e[- ]key/i.test(`${error.parameter ?? ''} ${error.description}`);

/**
 * Only the provider's own error proves that nothing was done. A gateway may fail after it has passed the request on, so its
 * answer leaves the outcome unknown, with any status.
 */
function outcomeOfError(status: number, body: string): SendOutcome {
  const error = parseError(body);
  if (error === null) return { kind: 'unknown', reason: `http_${status}` };
  if (status === 429) return { kind: 'unsent', reason: 'too_many_requests' };
  if (!refusals.has(status)) return { kind: 'unknown', reason: `http_${status}` };
  if (status === 400 && namesTheKey(error)) return { kind: 'key_conflict' };
  return { kind: 'refused', status, code: error.code, parameter: error.parameter };
}

export function reasonOf(code: string): string {
  return timeouts.has(code) ? 'timeout' : code.toLowerCase();
}

/** What a request creates, where it is no payment. */
const createdBy: Readonly<Record<string, keyof ProviderObjects>> = {
  '/refunds': 'refund',
  '/payment_methods': 'payment_method',
};

/** The outcome of one send (docs/domain.md, "Payment"): what is not proved is unknown. */
export function sendOutcome(request: FrozenRequest, result: HttpResult): SendOutcome {
  if (result.kind === 'failed') {
    return { kind: provedUnsent.has(result.code) ? 'unsent' : 'unknown', reason: reasonOf(result.code) };
  }
  if (result.status !== 200) return outcomeOfError(result.status, result.body);
  const object = parseObject(createdBy[request.path] ?? 'payment', parseJson(result.body));
  const expectedId = capturedPaymentId(request);
  if (object === null || (expectedId !== null && object.id !== expectedId)) {
    return { kind: 'unknown', reason: 'invalid_answer' };
  }
  return { kind: 'answered', object };
}

const saysAbsent = (status: number, error: ProviderError, idName: string): boolean =>
  (status === 404 && error.code === 'not_found') || (status === 400 && error.parameter === idName);

/** What a read by id found. Only the provider's own error object proves that an object does not exist. */
export function checkResultOf<Kind extends keyof ProviderObjects>(
  wanted: { readonly object: Kind; readonly id: string },
  result: HttpResult,
): CheckResult<ProviderObjects[Kind]> {
  if (result.kind === 'failed') return { kind: 'unavailable', reason: reasonOf(result.code) };
  if (result.status === 200) {
    const object = parseObject(wanted.object, parseJson(result.body));
    return object?.id === wanted.id ? { kind: 'found', object } : { kind: 'unavailable', reason: 'invalid_answer' };
  }
  const error = parseError(result.body);
  if (error !== null && saysAbsent(result.status, error, `${wanted.object}_id`)) return { kind: 'absent' };
  return { kind: 'unavailable', reason: `http_${result.status}` };
}
