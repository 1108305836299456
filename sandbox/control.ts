import { scriptedOutcomes } from './charge.ts';
import { changeSettings, isoTime, readSettings } from './clock.ts';
import { clearFaults, maxFaultMs, planFault, setReadLag } from './control-faults.ts';
import { makeCabinetRefund, makeForeignPayments } from './control-cabinet.ts';
import { endBinding } from './control-bindings.ts';
import { scriptReceipts } from './control-receipts.ts';
import { bad, readCount, readTime, refused } from './control-values.ts';
import { paymentReasons, refundReasons } from './declines.ts';
import { findPayable, payByCard } from './pay.ts';
import { cancelRefund, succeedRefund } from './refunds.ts';
import { answerWith, createRouter, readBody, type Answer, type RawRequest, type Route } from './router.ts';
import type { Sandbox } from './sandbox.ts';
import { sweepExpired } from './sweep.ts';
import type { JsonObject, NotificationMode } from './types.ts';

const modes: readonly NotificationMode[] = ['normal', 'off', 'duplicate', 'late', 'reordered'];
const defaultNotificationDelayMs = 5_000;
const cardNumber = /^\d{12,19}$/;
const clockIdLength = 512;

function ledger(sandbox: Sandbox): unknown {
  const { store, clocks } = sandbox;
  sweepExpired(sandbox);
  const withSends = (record: { sendsId: string; idempotenceKey: string; request: JsonObject; object: object }) => {
    const sends = store.get('sends', record.sendsId);
    return {
      ...record.object,
      idempotence_key: record.idempotenceKey,
      request: record.request,
      sends: sends?.at ?? [],
      sends_real: sends?.realAt ?? [],
    };
  };
  return {
    now: isoTime(clocks.nowMs(null)),
    payments: [...store.all('payments').values()].map(withSends),
    refunds: [...store.all('refunds').values()].map(withSends),
    payment_methods: [...store.all('bindings').values()].map(withSends),
  };
}

function payPayment(sandbox: Sandbox, id: string, body: JsonObject): unknown {
  const payable = findPayable(sandbox, id);
  if (payable === null) throw refused(404, `there is no payment ${id}`);
  const { status } = payable.record.object;
  if (status !== 'pending') throw bad(`payment ${id} is ${status}: only a pending one can be paid`);
  if (payable.kind === 'binding' && payable.record.object.type === 'sbp') throw bad(`${id} takes no card`);
  const { card, csc } = body;
  if (typeof card !== 'string' || !cardNumber.test(card)) throw bad('"card" must be a card number of 12 to 19 digits');
  if (csc !== undefined && (typeof csc !== 'string' || !/^\d{3,4}$/.test(csc)))
    throw bad('"csc" must be 3 or 4 digits');
  const outcome = payByCard(sandbox, payable, card);
  return {
    ...findPayable(sandbox, id)?.record.object,
    decline: outcome.kind === 'declined' ? outcome.decline : null,
  };
}

function readScript(name: string, value: unknown): string | null {
  const allowed = [...paymentReasons, ...scriptedOutcomes];
  if (value === null) return null;
  if (typeof value === 'string' && allowed.includes(value)) return value;
  throw bad(`"${name}" must be null or one of: ${allowed.join(', ')}`);
}

function scriptMethod(sandbox: Sandbox, id: string, body: JsonObject): unknown {
  const method = sandbox.store.get('methods', id);
  if (method === undefined) throw refused(404, `there is no saved payment method ${id}`);
  if (!('next' in body) && !('always' in body)) throw bad('say "next" or "always"');
  const next = 'next' in body ? readScript('next', body['next']) : method.next;
  const always = 'always' in body ? readScript('always', body['always']) : method.always;
  sandbox.store.put('methods', id, { ...method, next, always });
  return { id, next, always };
}

function scriptRefund(sandbox: Sandbox, body: JsonObject): unknown {
  const allowed = ['pending', ...refundReasons];
  const { next } = body;
  if (next !== null && (typeof next !== 'string' || !allowed.includes(next))) {
    throw bad(`"next" must be null or one of: ${allowed.join(', ')}`);
  }
  changeSettings(sandbox.store, { nextRefund: next });
  return { next };
}

function endRefund(sandbox: Sandbox, id: string, body: JsonObject): unknown {
  const record = sandbox.store.get('refunds', id);
  if (record === undefined) throw refused(404, `there is no refund ${id}`);
  if (record.object.status !== 'pending')
    throw bad(`refund ${id} is ${record.object.status}: only a pending one can end`);
  const { result } = body;
  if (result === 'succeeded') return succeedRefund(sandbox, record).object;
  if (typeof result === 'string' && refundReasons.includes(result)) return cancelRefund(sandbox, record, result).object;
  throw bad(`"result" must be succeeded or one of: ${refundReasons.join(', ')}`);
}

function readClockId(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' && value !== '' && value.length <= clockIdLength) return value;
  throw bad('"clock" must be a text of 1 to 512 characters; leave it out for the sandbox\'s own clock');
}

const showClock = ({ clocks }: Sandbox, clockId: string | null): unknown => ({
  clock: clockId,
  now: isoTime(clocks.nowMs(clockId)),
});

function readClock(sandbox: Sandbox, query: URLSearchParams): unknown {
  const clock = query.get('clock');
  if (clock !== null && sandbox.store.get('clocks', clock) === undefined) {
    throw refused(404, `there is no clock ${clock}`);
  }
  return showClock(sandbox, clock);
}

function moveClock(sandbox: Sandbox, body: JsonObject): unknown {
  const clockId = readClockId(body['clock']);
  const isReset = clockId === null && body['now'] === null;
  const toMs = isReset ? sandbox.clocks.realNowMs() : readTime('now', body['now']);
  const known = clockId === null ? undefined : sandbox.store.get('clocks', clockId);
  if (known !== undefined && toMs < known.nowMs)
    throw bad(`clock ${clockId ?? ''} is at ${isoTime(known.nowMs)} and only moves forward`);
  sandbox.clocks.move(clockId, toMs);
  sweepExpired(sandbox);
  return showClock(sandbox, clockId);
}

function setNotifications(sandbox: Sandbox, body: JsonObject): unknown {
  const mode = modes.find((name) => name === body['mode']);
  if (mode === undefined) throw bad(`"mode" must be one of: ${modes.join(', ')}`);
  const ms = readCount('ms', body['ms'], defaultNotificationDelayMs, maxFaultMs);
  changeSettings(sandbox.store, { notificationMode: mode, notificationDelayMs: ms });
  return { mode, ms };
}

const showNotifications = ({ store }: Sandbox): unknown => ({
  mode: readSettings(store).notificationMode,
  undelivered: [...store.all('notifications').values()],
});

type Handle = (sandbox: Sandbox, id: string, body: JsonObject, query: URLSearchParams) => unknown;
const routes: readonly Route<Handle>[] = [
  { method: 'GET', path: '/_sandbox/health', handle: () => ({ status: 'ok' }) },
  { method: 'GET', path: '/_sandbox/ledger', handle: ledger },
  { method: 'POST', path: '/_sandbox/payments', handle: (sandbox, _id, body) => makeForeignPayments(sandbox, body) },
  { method: 'POST', path: '/_sandbox/payments/{id}/pay', handle: payPayment },
  { method: 'POST', path: '/_sandbox/payments/{id}/refund', handle: makeCabinetRefund },
  { method: 'POST', path: '/_sandbox/payment-methods/{id}', handle: scriptMethod },
  { method: 'POST', path: '/_sandbox/payment-methods/{id}/bind', handle: endBinding },
  { method: 'POST', path: '/_sandbox/refunds', handle: (sandbox, _id, body) => scriptRefund(sandbox, body) },
  { method: 'POST', path: '/_sandbox/refunds/{id}', handle: endRefund },
  { method: 'POST', path: '/_sandbox/receipts', handle: (sandbox, _id, body) => scriptReceipts(sandbox, body) },
  { method: 'GET', path: '/_sandbox/clock', handle: (sandbox, _id, _body, query) => readClock(sandbox, query) },
  { method: 'POST', path: '/_sandbox/clock', handle: (sandbox, _id, body) => moveClock(sandbox, body) },
  { method: 'GET', path: '/_sandbox/notifications', handle: showNotifications },
  { method: 'POST', path: '/_sandbox/notifications', handle: (sandbox, _id, body) => setNotifications(sandbox, body) },
  { method: 'GET', path: '/_sandbox/load', handle: ({ load }) => load.read() },
  { method: 'POST', path: '/_sandbox/reads', handle: (sandbox, _id, body) => setReadLag(sandbox, body) },
  { method: 'POST', path: '/_sandbox/faults', handle: (sandbox, _id, body) => planFault(sandbox, body) },
  { method: 'DELETE', path: '/_sandbox/faults', handle: clearFaults },
];
const find = createRouter(routes, '[^/]+');

function handle(sandbox: Sandbox, raw: RawRequest): unknown {
  const found = find(raw);
  if (found === 'unknown path') throw refused(404, `there is no ${raw.path}`);
  if (found === 'unknown method') throw refused(405, `${raw.path} does not take ${raw.method}`);
  const body = readBody(raw.text);
  if (body === 'no JSON') throw bad('the body is not JSON');
  if (body === 'no object') throw bad('the body must be a JSON object');
  return found.route.handle(sandbox, found.id, body, raw.query);
}

/** The control API of tests and demonstrations. It is no part of the provider's API and needs no password. */
export const answerControl = (sandbox: Sandbox, raw: RawRequest): Answer =>
  answerWith(sandbox, () => JSON.stringify(handle(sandbox, raw)));
