import type { Clock } from '../../application/ports/clock.ts';
import type { Log, LogFields } from '../../application/ports/log.ts';
import { circuitOpen, type PaymentProvider } from '../../application/ports/payment-provider.ts';
import { type CallHealth, type CircuitBreaker, type CircuitOptions, createCircuitBreaker } from './circuit-breaker.ts';
import { createHttpCall, type HttpRequest, type HttpResult } from './http-call.ts';
import { parseError, checkResultOf, sendOutcome } from './outcome.ts';
import { createPacing, type PacingOptions } from './pacing.ts';
import { searchList } from './search.ts';
import { freeze, thaw } from './transformers.ts';

export type YookassaLimits = {
  /** The provider answers within 30 s, if only that the outcome is unknown. A shorter timeout would add unknown outcomes. */
  readonly sendTimeoutMs: number;
  /** A read changes nothing and is repeated later, so it need not wait as long. */
  readonly readTimeoutMs: number;
  readonly pacing: PacingOptions;
  readonly circuit: CircuitOptions;
};

export const defaultYookassaLimits: YookassaLimits = {
  sendTimeoutMs: 35_000,
  readTimeoutMs: 15_000,
  pacing: { requestsPerSecond: 100, concurrencyMax: 256 },
  circuit: { failuresMax: 10, openMs: 10_000 },
};

export type YookassaOptions = {
  /** With the version, without a slash at the end: `https://api.yookassa.ru/v3`. */
  readonly apiUrl: string;
  readonly shopId: string;
  readonly apiKey: string;
  /** Where the payment page sends the subscriber when the command names no address. */
  readonly returnUrl: string;
  readonly limits: YookassaLimits;
};

type Outside = { readonly clock: Clock; readonly log: Log };
/** How a call went, for the circuit and the log: `isClear` when the answer said something definite. */
type Judged<Value> = { readonly value: Value; readonly isClear: boolean };
type Caller = <Value>(
  request: HttpRequest,
  correlationId: string,
  judge: (result: HttpResult) => Judged<Value>,
) => Promise<Value>;

function healthOf(result: HttpResult, isClear: boolean): CallHealth {
  if (result.kind === 'response' && result.status === 401 && parseError(result.body) !== null) return 'fatal';
  if (isClear) return 'good';
  if (result.kind === 'response') return result.status === 429 ? 'neutral' : 'bad';
  return ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'].includes(result.code) ? 'neutral' : 'bad';
}

function fieldsOf(request: HttpRequest, result: HttpResult): LogFields {
  const about = { method: request.method, path: request.path.split('?')[0] };
  if (result.kind === 'failed') return { ...about, code: result.code };
  const error = result.status === 200 ? null : parseError(result.body);
  return { ...about, httpStatus: result.status, code: error?.code, providerErrorId: error?.id };
}

function report(log: Log, health: CallHealth, fields: LogFields): void {
  if (health === 'fatal') log.error('The payment provider refuses our credentials', fields);
  else if (health === 'good') log.debug('The payment provider answered', fields);
  else log.warn('The payment provider gave no clear answer', fields);
}

/** Passes every call through the circuit and the log. A call that the circuit refuses is judged as a failed one. */
function createCaller(http: (request: HttpRequest) => Promise<HttpResult>, circuit: CircuitBreaker, outside: Outside) {
  const caller: Caller = async (request, correlationId, judge) => {
    const record = circuit.enter();
    if (record === null) return judge({ kind: 'failed', code: circuitOpen }).value;
    const startedMs = outside.clock.monotonicMs();
    // Recorded even when `judge` throws: a circuit whose probe is never recorded would stay open for ever.
    let health: CallHealth = 'bad';
    try {
      const result = await http(request);
      const { value, isClear } = judge(result);
      health = healthOf(result, isClear);
      const durationMs = Math.round(outside.clock.monotonicMs() - startedMs);
      report(outside.log, health, { ...fieldsOf(request, result), correlationId, durationMs });
      return value;
    } finally {
      record(health);
    }
  };
  return caller;
}

/** An identifier that is no valid header value is not passed on. */
const traceHeader = (correlationId: string): Record<string, string> =>
  /^[\x21-\x7e]{1,128}$/.test(correlationId) ? { 'X-Request-Id': correlationId } : {};

/**
 * YooKassa behind the port. `close` destroys the connections, so the outcome of calls under way is unknown.
 */
export function createYookassaProvider(
  options: YookassaOptions,
  outside: Outside,
): { readonly provider: PaymentProvider; readonly isCircuitOpen: () => boolean; readonly close: () => void } {
  const { limits } = options;
  const http = createHttpCall({ ...options, concurrencyMax: limits.pacing.concurrencyMax });
  const pacing = createPacing(limits.pacing, outside.clock);
  const circuit = createCircuitBreaker(limits.circuit, outside.clock);
  const call = createCaller(http.call, circuit, outside);
  const get = (path: string, correlationId: string): HttpRequest => {
    return { method: 'GET', path, body: null, headers: traceHeader(correlationId), timeoutMs: limits.readTimeoutMs };
  };
  const provider: PaymentProvider = {
    freeze: (providerRequest) => freeze(providerRequest, options.returnUrl),
    send: async (frozen, idempotenceKey, correlationId) => {
      const request = thaw(frozen);
      const headers = { 'Content-Type': 'application/json', 'Idempotence-Key': idempotenceKey };
      const timeoutMs = limits.sendTimeoutMs;
      const traced = { ...request, headers: { ...headers, ...traceHeader(correlationId) }, timeoutMs };
      return call(traced, correlationId, (result) => {
        const value = sendOutcome(request, result);
        return { value, isClear: value.kind !== 'unknown' && value.kind !== 'unsent' };
      });
    },
    read: (object, id, correlationId) =>
      call(get(`/${object}s/${encodeURIComponent(id)}`, correlationId), correlationId, (result) => {
        const value = checkResultOf({ object, id }, result);
        return { value, isClear: value.kind !== 'unavailable' };
      }),
    search: (search, correlationId) =>
      searchList(search, (path) => {
        pacing.spend();
        return call(get(path, correlationId), correlationId, (result) => {
          return { value: result, isClear: result.kind === 'response' && result.status === 200 };
        });
      }),
    acquireSlot: pacing.reserve,
  };
  return { provider, isCircuitOpen: circuit.isOpen, close: http.close };
}
