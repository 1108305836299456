/* global location, setTimeout */
import { Offline, read, Refusal, request } from './api.js';
import { text } from './language.js';
import { randomUuid } from './user-id.js';

const pauseMs = 2_000;
/** A minute of asking for the outcome of a command; after that a process is down, and the visitor should know. */
const asksMax = 30;
/** A repeat has the key of the first try, so it is the same command. Three bridge a restart of the API. */
const triesMax = 3;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function sendOnce(order) {
  const { status, json } = await request(order.path, order);
  if (status === 503) throw new Offline();
  if (status === 200) return { redirectUrl: json?.redirect_url ?? null, statusUrl: json?.command?.status_url ?? null };
  if (status !== 202) throw new Refusal(json);
  return outcomeOf(json.status_url);
}

async function outcomeOf(statusUrl) {
  for (let ask = 0; ask < asksMax; ask += 1) {
    const command = await read(statusUrl);
    if (command.status === 'rejected') throw new Refusal(command.rejection);
    if (command.status !== 'accepted') return { redirectUrl: command.redirect_url, statusUrl };
    await pause(pauseMs);
  }
  throw new Error(text('problem.slow'));
}

/** Where each command goes. A field that the path names is sent in the path, the others in the body. */
const routes = {
  'subscription.pay': ['POST', '/api/v1/subscriptions/{pay_system}/buy'],
  'subscription.cancel': ['POST', '/api/v1/subscriptions/cancel'],
  'subscription.uncancel': ['POST', '/api/v1/subscriptions/uncancel'],
  'payment.retry': ['POST', '/api/v1/payments/retry'],
  'payment_method.bind': ['POST', '/api/v1/payment-methods'],
  'payment_method.unlink': ['DELETE', '/api/v1/payment-methods/{method_id}'],
  'payment_method.set_default': ['POST', '/api/v1/payment-methods/{method_id}/default'],
  'receipt_contact.set': ['PUT', '/api/v1/receipt-contact'],
  'receipt_contact.clear': ['DELETE', '/api/v1/receipt-contact'],
};

function orderOf(command, fields) {
  const [method, pattern] = routes[command];
  const path = pattern.replaceAll(/\{(\w+)\}/g, (_all, name) => encodeURIComponent(fields[name]));
  const inBody = Object.entries(fields).filter(([name]) => !pattern.includes(`{${name}}`));
  const body = inBody.length === 0 ? undefined : Object.fromEntries(inBody);
  return { path, method, body, headers: { 'Idempotency-Key': randomUuid() } };
}

/** Carries a command out: `{redirectUrl, statusUrl}` of a page that has to be paid, both null otherwise. */
export async function carryOut(command, fields = {}) {
  const order = orderOf(command, fields);
  for (let tried = 1; ; tried += 1) {
    try {
      return await sendOnce(order);
    } catch (cause) {
      if (!(cause instanceof Offline) || tried === triesMax) throw cause;
      await pause(pauseMs);
    }
  }
}

/** Carries out a command that may lead to a page of the provider, which sends the visitor back to the account. */
export async function openPage(command, fields) {
  try {
    return await carryOut(command, { ...fields, return_url: `${location.origin}/return` });
  } catch (cause) {
    // A server that does not list this page's origin sends its visitors to the configured address.
    if (!(cause instanceof Refusal) || cause.code !== '4000') throw cause;
    return carryOut(command, fields);
  }
}

/** What the command would come to now. Nothing is changed by asking. */
export async function preview(command, fields = {}) {
  const { status, json } = await request('/api/v1/preview', { method: 'POST', body: { command, ...fields } });
  if (status !== 200) throw new Refusal(json);
  return json;
}
