import { clockDiffers, noShare, type PaymentProvider } from '../../application/ports/payment-provider.ts';
import type { Share } from '../../application/ports/provider-budget.ts';
import type { Demand } from '../../application/services/provider-share.ts';
import type { ReadShop } from '../../application/ports/shop.ts';
import type { ProviderList } from '../../application/ports/provider-list.ts';
import { createCallQueue } from './call-queue.ts';
import { type Caller, createCaller, type Outside } from './caller.ts';
import { type CircuitOptions, createCircuitBreaker } from './circuit-breaker.ts';
import { type ClockCheck, createClockCheck, createFirstAnswer } from './clock-check.ts';
import { createHttpCall, type HttpCall, type HttpRequest } from './http-call.ts';
import { createPageReader } from './list-page.ts';
import { checkResultOf, sendOutcome } from './outcome.ts';
import { createPacing, type Pacing } from './pacing.ts';
import { createProviderList } from './provider-list.ts';
import { shopOf } from './read-shop.ts';
import { createSearch } from './search.ts';
import { yookassaNumbers } from './numbers.ts';
import { freeze, thaw } from './transformers.ts';

export type YookassaLimits = {
  /** The provider answers within 30 s, if only that the outcome is unknown. A shorter timeout would add unknown outcomes. */
  readonly sendTimeoutMs: number;
  /** A read changes nothing and is repeated later, so it need not wait as long. */
  readonly readTimeoutMs: number;
  /** Of all processes together. */
  readonly whole: Share;
  /** Pages of lists have a queue, a circuit and a connection of their own, and leave half of the share to purchases. */
  readonly list: { readonly requestsPerSecond: number };
  readonly circuit: CircuitOptions;
};

/** Our client gives up before others take its call to be over. */
const answerSpareMs = 5_000;

export const defaultYookassaLimits: YookassaLimits = {
  sendTimeoutMs: yookassaNumbers.answerMaxMs - answerSpareMs,
  readTimeoutMs: 15_000,
  whole: { slots: 256, perSecond: 100 },
  list: { requestsPerSecond: 2 },
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
  /** What this process may use of the whole now; absent: all of it. */
  readonly share?: () => Share;
};

/** An identifier that is no valid header value is not passed on. */
const traceHeader = (correlationId: string): Record<string, string> =>
  /^[\x21-\x7e]{1,128}$/.test(correlationId) ? { 'X-Request-Id': correlationId } : {};

function getRequest({ limits }: YookassaOptions, path: string, correlationId: string): HttpRequest {
  return { method: 'GET', path, body: null, headers: traceHeader(correlationId), timeoutMs: limits.readTimeoutMs };
}

const noted =
  (call: HttpCall['call'], note: ClockCheck['note']): HttpCall['call'] =>
  async (request) => {
    const result = await call(request);
    if (result.kind === 'response') note(result.date);
    return result;
  };

/** A call leaves within the share, or is judged as one that was not made. It is no matter of the circuit. */
const within =
  (pacing: Pacing, call: Caller): Caller =>
  async (request, correlationId, judge) =>
    (await pacing.leave()) ? call(request, correlationId, judge) : judge({ kind: 'failed', code: noShare }).value;

/** A call that can wait for its slot. */
const patient =
  (pacing: Pacing, call: Caller): Caller =>
  async (request, correlationId, judge) => {
    const slot = await pacing.reservePatiently();
    if (slot === null) return judge({ kind: 'failed', code: noShare }).value;
    return within(pacing, call)(request, correlationId, judge).finally(slot.release);
  };

/** A page has a hundred objects, also of other services: 16 values of metadata of 512 characters, each up to six bytes, and the rest. */
const pageBytesMax = 8_000_000;

/** The pages of lists, one call at a time. */
function openList(options: YookassaOptions, outside: Outside, pacing: Pacing, note: ClockCheck['note']) {
  const { limits } = options;
  const http = createHttpCall({ ...options, concurrencyMax: 1, answerBytesMax: pageBytesMax });
  const circuit = createCircuitBreaker(limits.circuit, outside.clock);
  const call = patient(pacing, createCaller(noted(http.call, note), circuit, outside));
  const inQueue = createCallQueue(limits.list, outside.clock);
  const readPage = createPageReader((path, correlationId) =>
    inQueue(() =>
      call(getRequest(options, path, correlationId), correlationId, (result) => {
        return { value: result, isClear: result.kind === 'response' && result.status === 200 };
      }),
    ),
  );
  return { readPage, close: http.close };
}

export type Yookassa = {
  readonly provider: PaymentProvider;
  readonly list: ProviderList;
  readonly readShop: ReadShop;
  readonly isCircuitOpen: () => boolean;
  /** What the calls since the last time would have used. */
  readonly takeDemand: () => Demand;
  readonly close: () => void;
};

/**
 * YooKassa behind the ports. `close` destroys the connections, so the outcome of calls under way is unknown.
 */
export function createYookassaProvider(options: YookassaOptions, outside: Outside): Yookassa {
  const { limits } = options;
  const http = createHttpCall({ ...options, concurrencyMax: limits.whole.slots });
  const pacing = createPacing(options.share ?? (() => limits.whole), outside.clock);
  const circuit = createCircuitBreaker(limits.circuit, outside.clock);
  // The shortest list there is: only the time of its answer is of interest.
  const timeRequest = getRequest(options, '/payments?limit=1', 'time');
  const askTime = async (): Promise<void> => {
    const slot = await pacing.reservePatiently();
    if (slot !== null && (await pacing.leave())) await timed(timeRequest);
    slot?.release();
  };
  const clockCheck = createClockCheck(outside, askTime);
  const timed = noted(http.call, clockCheck.note);
  const unpaced = createCaller(timed, circuit, outside);
  const call = within(pacing, unpaced);
  // In the slot of the send that waits for it; a slow answer outlasts that, as one call more than the share. One question at a time
  // needs no circuit, and any answer will do.
  const firstAnswer = createFirstAnswer(outside, clockCheck.isKnown, async () =>
    (await pacing.leave()) ? timed(timeRequest) : { kind: 'failed', code: noShare },
  );
  const { readPage, close: closeList } = openList(options, outside, pacing, clockCheck.note);
  const provider: PaymentProvider = {
    freeze: (providerRequest, customer) => freeze(providerRequest, options.returnUrl, customer),
    send: async (frozen, idempotenceKey, correlationId) => {
      const silence = await firstAnswer();
      if (silence !== null) return { kind: 'unsent', reason: silence };
      if (clockCheck.differs()) return { kind: 'unsent', reason: clockDiffers };
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
      call(getRequest(options, `/${object}s/${encodeURIComponent(id)}`, correlationId), correlationId, (result) => {
        const value = checkResultOf({ object, id }, result);
        return { value, isClear: value.kind !== 'unavailable' };
      }),
    search: createSearch(readPage),
    acquireSlot: pacing.reserve,
  };
  const readShop: ReadShop = () =>
    patient(pacing, unpaced)(getRequest(options, '/me', 'shop'), 'shop', (result) => {
      const value = shopOf(result);
      return { value, isClear: value !== null };
    });
  const close = (): void => {
    http.close();
    closeList();
  };
  const { takeDemand } = pacing;
  return { provider, list: createProviderList(readPage), readShop, isCircuitOpen: circuit.isOpen, takeDemand, close };
}
