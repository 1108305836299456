import { type CircuitBreaker, createCircuitBreaker } from '../../../src/adapters/yookassa/circuit-breaker.ts';
import { defaultYookassaLimits as limits } from '../../../src/adapters/yookassa/client.ts';
import { createCallQueue } from '../../../src/adapters/yookassa/call-queue.ts';
import { createPageReader } from '../../../src/adapters/yookassa/list-page.ts';
import type { HttpResult } from '../../../src/adapters/yookassa/http-call.ts';
import { checkResultOf, sendOutcome } from '../../../src/adapters/yookassa/outcome.ts';
import { createPacing } from '../../../src/adapters/yookassa/pacing.ts';
import { createProviderList } from '../../../src/adapters/yookassa/provider-list.ts';
import { createSearch } from '../../../src/adapters/yookassa/search.ts';
import { freeze, thaw } from '../../../src/adapters/yookassa/transformers.ts';
import type { PaymentProvider } from '../../../src/application/ports/payment-provider.ts';
import type { ProviderList } from '../../../src/application/ports/provider-list.ts';
import { minuteMs } from '../../../src/domain/model/instant.ts';
import type { Machine } from '../world/machine.ts';
import type { World } from '../world/world.ts';
import type { Post, ProviderServer } from './provider-server.ts';

const failed = (code: string): HttpResult => ({ kind: 'failed', code });
const response = (status: number, body = ''): HttpResult => ({ kind: 'response', status, body });
const garbage = ['<html>502 Bad Gateway</html>', '{"id":"1","status":"succ', '{}', '[]', ''] as const;

/** Answers of the provider, and of a gateway in front of it. */
const refusal = (status: number, code: string): HttpResult =>
  response(status, JSON.stringify({ type: 'error', id: 'e', code }));
const refusals = [400, 401, 403, 404, 415] as const;
const gatewayPages = ['<html>403 Forbidden</html>', '{"error":"forbidden"}', ''] as const;

const spareMs = 5_000;

/** How far a request has come on its way, as its process sees it. */
export type Phase = 'sent' | 'answered';

type Client = { readonly provider: PaymentProvider; readonly providerList: ProviderList };
type Arrival = { readonly answer: HttpResult; readonly afterMs: number };

/** The network to the provider, which may lose everything; `isOut` is an outage of the whole provider. */
export function createProviderLink(world: World, server: ProviderServer) {
  const { random, scheduler } = world;
  let outUntil = 0;
  const phases = new Map<string, Phase>();
  const answerListeners: ((userId: string) => void)[] = [];
  const isOut = (): boolean => scheduler.now() < outUntil;
  const breakDown = (ms: number): void => void (outUntil = Math.max(outUntil, scheduler.now() + ms));
  const soon = (): number => random.integer(1, Math.ceil(world.swarm().hopMs));
  const { answerMaxMs, parallelMax } = world.provider.numbers;
  // Our client gives up a little before the provider must have answered.
  const timeoutMs = answerMaxMs - spareMs;

  /** The fate of one sent request; the first fault that strikes decides. */
  function carry(request: Post, userId: string | null): Arrival {
    if (isOut())
      return random.pick([
        { answer: failed('ECONNREFUSED'), afterMs: soon() },
        { answer: failed('ETIMEDOUT'), afterMs: timeoutMs },
        { answer: response(503), afterMs: soon() },
      ]);
    if (world.strikes('connection_refused', userId)) return { answer: failed('ECONNREFUSED'), afterMs: soon() };
    if (world.strikes('too_many_requests', userId))
      return { answer: refusal(429, 'too_many_requests'), afterMs: soon() };
    if (world.strikes('timeout_not_done', userId)) return { answer: failed('ETIMEDOUT'), afterMs: timeoutMs };
    if (world.strikes('error_500_not_done', userId)) return { answer: response(500), afterMs: soon() };
    if (world.strikes('refused', userId))
      return { answer: refusal(random.pick(refusals), 'forbidden'), afterMs: soon() };
    const gatewayAnswer = (): Arrival => {
      const status = random.pick([...refusals, 429]);
      return { answer: response(status, random.pick(gatewayPages)), afterMs: soon() };
    };
    if (world.strikes('gateway_refuses_not_done', userId)) return gatewayAnswer();
    if (world.strikes('lands_late', userId)) {
      scheduler.after(Math.ceil(random.spread(timeoutMs, 10 * minuteMs)), () => void server.post(request));
      return { answer: failed('ETIMEDOUT'), afterMs: timeoutMs };
    }
    const answer = server.post(request);
    if (world.strikes('outage_after_send', userId)) {
      // Done, without an answer, and no way to ask for a long time: the case for which a key has a maximum age.
      breakDown(world.swarm().outageMsMax * random.between(0.3, 1));
      return { answer: failed('ECONNRESET'), afterMs: soon() };
    }
    if (world.strikes('timeout_done', userId)) return { answer: failed('ETIMEDOUT'), afterMs: timeoutMs };
    if (world.strikes('error_500_done', userId)) return { answer: response(500), afterMs: soon() };
    if (world.strikes('gateway_refuses_done', userId)) return gatewayAnswer();
    if (world.strikes('accepted_202', userId))
      return { answer: response(202, '{"type":"processing"}'), afterMs: soon() };
    if (world.strikes('garbage', userId)) return { answer: response(200, random.pick(garbage)), afterMs: soon() };
    if (world.strikes('slow_answer', userId)) return { answer, afterMs: random.integer(3_000, timeoutMs - 1) };
    return { answer, afterMs: soon() };
  }

  const read = (path: string, userId: string | null): HttpResult => {
    if (isOut()) return failed('ETIMEDOUT');
    const fault = path.includes('?') ? 'list_fails' : 'read_fails';
    return world.strikes(fault, userId) ? response(500) : server.get(path);
  };

  /** The real client's rules over this network: circuit, pacing, the reading of answers. Each machine has its own. */
  function providerOf(machine: Machine): Client {
    const circuit = createCircuitBreaker(limits.circuit, machine.clock);
    const pacing = createPacing(() => ({ ...limits.whole, slots: parallelMax ?? limits.whole.slots }), machine.clock);
    const getOver =
      (used: CircuitBreaker) =>
      async (path: string): Promise<HttpResult> => {
        const record = used.enter();
        if (record === null) return failed('circuit_open');
        const result = await machine.hop(null, () => read(path, null));
        record(result.kind === 'response' && [200, 404].includes(result.status) ? 'good' : 'bad');
        return result;
      };
    const get = getOver(circuit);
    const getPage = getOver(createCircuitBreaker(limits.circuit, machine.clock));
    const inQueue = createCallQueue(limits.list, machine.clock);
    const readPage = createPageReader((path) => inQueue(() => getPage(path)));
    const send = (request: Post, userId: string | null): Promise<HttpResult> =>
      machine.hop(userId, () => {
        const { answer, afterMs } = carry(request, userId);
        return new Promise<HttpResult>((resolve) => void scheduler.after(afterMs, () => resolve(answer), machine));
      });
    const provider: PaymentProvider = {
      freeze: (order, customer) => freeze(order, 'https://cinema.example/paid', customer),
      send: async (frozen, key) => {
        const record = circuit.enter();
        if (record === null) return { kind: 'unsent', reason: 'circuit_open' };
        const request = thaw(frozen);
        const userId = /"user_id":"([^"]+)"/.exec(request.body)?.[1] ?? null;
        phases.set(key, 'sent');
        const result = await send({ key, path: request.path, body: request.body }, userId);
        phases.set(key, 'answered');
        if (userId !== null) answerListeners.forEach((listener) => listener(userId));
        const outcome = sendOutcome(request, result);
        record(outcome.kind === 'unknown' ? 'bad' : outcome.kind === 'unsent' ? 'neutral' : 'good');
        return outcome;
      },
      read: async (object, id) => checkResultOf({ object, id }, await get(`/${object}s/${encodeURIComponent(id)}`)),
      search: createSearch(readPage),
      acquireSlot: () => (world.strikes('no_slot', null) ? null : pacing.reserve()),
    };
    return { provider, providerList: createProviderList(readPage) };
  }

  return {
    ...{ providerOf, breakDown, recover: () => void (outUntil = 0) },
    /** Of the last request with this key; null before the first. */
    phaseOf: (key: string): Phase | null => phases.get(key) ?? null,
    onAnswer: (listener: (userId: string) => void) => void answerListeners.push(listener),
  };
}
