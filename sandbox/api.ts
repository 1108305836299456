import { authenticate } from './authenticate.ts';
import { createBinding, getBinding } from './bindings.ts';
import { clockIdOf } from './clock.ts';
import { refusal } from './errors.ts';
import type { Fault } from './faults.ts';
import { hashRequest, liveKey, noteSend, readKey } from './idempotency.ts';
import { listPayments, listRefunds } from './lists.ts';
import { offeredMethods } from './methods.ts';
import { cancelPayment, capturePayment, createPayment, getPayment } from './payments.ts';
import { createRefund, getRefund } from './refunds.ts';
import { getReceipt, listReceipts } from './receipts.ts';
import { answerWith, createRouter, readBody, type Answer, type RawRequest, type Route } from './router.ts';
import type { ApiRequest, Sandbox } from './sandbox.ts';
import type { JsonObject } from './types.ts';

type Handle = (sandbox: Sandbox, request: ApiRequest) => unknown;

const readShop = (_sandbox: Sandbox, { shop }: ApiRequest): unknown => ({
  account_id: shop.id,
  status: 'enabled',
  test: true,
  ...(shop.receipts === null
    ? {}
    : { fiscalization: { enabled: true, provider: 'yoo_receipt' }, fiscalization_enabled: true }),
  payment_methods: offeredMethods,
});

function refuseBasicAuth(): never {
  throw refusal('credentialsKind');
}

const routes: readonly Route<Handle>[] = [
  { method: 'POST', path: '/v3/payments', handle: createPayment },
  { method: 'GET', path: '/v3/payments', handle: listPayments },
  { method: 'GET', path: '/v3/payments/{id}', handle: getPayment },
  { method: 'POST', path: '/v3/payments/{id}/capture', handle: capturePayment },
  { method: 'POST', path: '/v3/payments/{id}/cancel', handle: cancelPayment },
  { method: 'POST', path: '/v3/refunds', handle: createRefund },
  { method: 'GET', path: '/v3/refunds', handle: listRefunds },
  { method: 'GET', path: '/v3/refunds/{id}', handle: getRefund },
  { method: 'GET', path: '/v3/receipts', handle: listReceipts },
  { method: 'GET', path: '/v3/receipts/{id}', handle: getReceipt },
  { method: 'POST', path: '/v3/payment_methods', handle: createBinding },
  { method: 'GET', path: '/v3/payment_methods/{id}', handle: getBinding },
  { method: 'GET', path: '/v3/me', handle: readShop },
  { method: 'GET', path: '/v3/webhooks', handle: refuseBasicAuth },
  { method: 'POST', path: '/v3/webhooks', handle: refuseBasicAuth },
];

const find = createRouter(routes, '[0-9A-Za-z-]{1,64}');

/** The names by which a fault can be planned for a call: its route and its exact path. */
export const routeNames: readonly string[] = routes.map((route) => `${route.method} ${route.path}`);
export function namesOf(raw: RawRequest): string[] {
  const found = find(raw);
  return [`${raw.method} ${raw.path}`, ...(typeof found === 'string' ? [] : [`${raw.method} ${found.route.path}`])];
}

/** Does the call, or the request that created its payment, contain this text? */
export function isAbout({ store }: Sandbox, { path, text }: RawRequest, wanted: string): boolean {
  const [, , , id = ''] = path.split('/');
  const ordered = store.get('payments', id)?.request ?? {};
  return text.includes(wanted) || JSON.stringify(ordered).includes(wanted);
}

function parseBody(raw: RawRequest): JsonObject {
  const contentType = raw.headers['content-type'];
  const isJson = typeof contentType === 'string' && /^application\/json\s*(;|$)/i.test(contentType);
  if (!isJson && !(raw.text.trim() === '' && contentType === undefined)) throw refusal('wrongContentType');
  const body = readBody(raw.text);
  if (typeof body === 'string') throw refusal('badJson');
  return body;
}

/** The clock of a request: that of the payment it is about, else the one that its metadata name. */
function clockOf(sandbox: Sandbox, route: Route<Handle>, id: string, body: JsonObject): string | null {
  const paymentId = route.handle === createRefund ? body['payment_id'] : id;
  const payment = typeof paymentId === 'string' ? sandbox.store.get('payments', paymentId) : undefined;
  return payment === undefined ? clockIdOf(body['metadata']) : payment.clockId;
}

function refuseForFault(fault: Fault | null): void {
  if (fault === null || fault.isDone) return;
  throw refusal(fault.kind === 'too_many_requests' ? 'tooManyRequests' : 'internal');
}

/** A changing request. A known key with the same data replays the stored first answer; with other data it is refused. */
function answerPost(
  sandbox: Sandbox,
  raw: RawRequest,
  route: Route<Handle>,
  parts: Pick<ApiRequest, 'shop' | 'id' | 'fault'>,
): string {
  const body = parseBody(raw);
  const key = readKey(raw.headers['idempotence-key']);
  const clockId = clockOf(sandbox, route, parts.id, body);
  sandbox.clocks.ensure(clockId);
  const scope = `${parts.shop.id}|${key}`;
  const sendsId = noteSend(sandbox, scope, clockId);
  refuseForFault(parts.fault);
  const hash = hashRequest(raw.method, raw.path, body);
  const kept = liveKey(sandbox, scope);
  if (kept !== undefined && kept.hash !== hash) throw refusal('keyDuplicated');
  if (kept !== undefined) return kept.body;
  const request = { ...parts, query: raw.query, body, key, sendsId, clockId };
  const answer = JSON.stringify(route.handle(sandbox, request));
  const firstAtMs = sandbox.clocks.nowMs(clockId);
  sandbox.store.put('keys', scope, { hash, body: answer, firstAtMs, clockId, sendsId });
  return answer;
}

function answer(sandbox: Sandbox, raw: RawRequest, fault: Fault | null): string {
  const found = find(raw);
  if (typeof found === 'string') throw refusal(found === 'unknown path' ? 'noRoute' : 'wrongMethod');
  const { route, id } = found;
  const authorization = raw.headers['authorization'];
  const shop = authenticate(sandbox.config.shops, typeof authorization === 'string' ? authorization : undefined);
  if (route.method === 'POST') return answerPost(sandbox, raw, route, { shop, id, fault });
  refuseForFault(fault);
  const request = { shop, id, query: raw.query, body: {}, key: '', sendsId: '', clockId: null, fault };
  return JSON.stringify(route.handle(sandbox, request));
}

/** Answers one call of the provider's API. */
export const answerApi = (sandbox: Sandbox, raw: RawRequest, fault: Fault | null): Answer =>
  answerWith(sandbox, () => answer(sandbox, raw, fault));
