import type { Clock } from '../../application/ports/clock.ts';
import type { Log, LogFields } from '../../application/ports/log.ts';
import { circuitOpen } from '../../application/ports/payment-provider.ts';
import type { CallHealth, CircuitBreaker } from './circuit-breaker.ts';
import type { HttpRequest, HttpResult } from './http-call.ts';
import { parseError } from './outcome.ts';

export type Outside = { readonly clock: Clock; readonly log: Log };
/** How a call went, for the circuit and the log: `isClear` when the answer said something definite. */
type Judged<Value> = { readonly value: Value; readonly isClear: boolean };
export type Caller = <Value>(
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
export function createCaller(
  http: (request: HttpRequest) => Promise<HttpResult>,
  circuit: CircuitBreaker,
  outside: Outside,
) {
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
