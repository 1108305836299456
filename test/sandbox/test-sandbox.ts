import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../sandbox/config.ts';
import { startSandbox } from '../../sandbox/server.ts';
import { official } from './official-openapi.ts';

/** An answer's JSON, loosely typed: the tests assert its content. */
export type Json = { readonly [name: string]: Json } & { readonly length?: number };
export type Called = {
  readonly status: number;
  readonly type: string | null;
  readonly body: Json;
  readonly text: string;
};
export type CallOptions = {
  readonly body?: unknown;
  readonly key?: string | null;
  readonly shop?: string;
  readonly headers?: Readonly<Record<string, string>>;
};
export type Caller = {
  readonly url: string;
  call(method: string, path: string, options?: CallOptions): Promise<Called>;
  control(method: string, path: string, body?: unknown): Promise<Called>;
};
export type TestSandbox = Caller & { readonly dataDir: string; stop(): Promise<void> };

/** Ids and addresses of an answer, for the paths of further calls. */
export const asText = (value: unknown): string => String(value);

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return {};
  }
}

async function send(url: string, init: RequestInit): Promise<Called> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const text = await response.text();
  return { status: response.status, type: response.headers.get('content-type'), body: parse(text), text };
}

/** Every answer is held against the provider's file, where a copy is at hand. What a fault spoils is none. */
function compared(method: string, path: string, { status, body, text }: Called): void {
  const errors = text.startsWith('{') ? official?.answer(method, path.replace('/v3/', '/'), status, body) : [];
  if (errors !== undefined && errors.length > 0)
    throw new Error(`The provider answers otherwise: ${errors.join('; ')}`);
}

/** Calls a sandbox as a shop does. Without a given key each POST gets a new one; `null` sends none. */
export const callerOf = (url: string): Caller => ({
  url,
  call: async (method, path, { body, key, shop = '100500:test_sandbox', headers = {} } = {}) => {
    const keyHeader: Record<string, string> = key === null ? {} : { 'Idempotence-Key': key ?? randomUUID() };
    const called = await send(`${url}${path}`, {
      method,
      headers: {
        Authorization: `Basic ${Buffer.from(shop).toString('base64')}`,
        'Content-Type': 'application/json',
        ...(method === 'GET' ? {} : keyHeader),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    compared(method, path, called);
    return called;
  },
  control: (method, path, body) =>
    send(`${url}/_sandbox/${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }),
});

const folders: string[] = [];
export function newDataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-test-'));
  folders.push(folder);
  return folder;
}
export function removeDataDirs(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export async function startTestSandbox(env: Readonly<Record<string, string>> = {}): Promise<TestSandbox> {
  const dataDir = env['SANDBOX_DATA_DIR'] ?? newDataDir();
  const running = await startSandbox(readConfig({ SANDBOX_PORT: '0', SANDBOX_DATA_DIR: dataDir, ...env }));
  return { ...callerOf(running.url), dataDir, stop: () => running.close() };
}

export const returnUrl = 'http://shop.test/back?order=7&x=%D1%8F';
export const order = (change: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
  amount: { value: '299.00', currency: 'RUB' },
  capture: true,
  save_payment_method: true,
  confirmation: { type: 'redirect', return_url: returnUrl },
  description: 'Subscription, month 1',
  metadata: { user_id: '42' },
  ...change,
});

const goodCard = '5555555555554444';

/** Creates a payment and pays it with a card. */
export async function buy(
  sandbox: Caller,
  change: Readonly<Record<string, unknown>> = {},
  card = goodCard,
): Promise<Json> {
  const { body } = await sandbox.call('POST', '/v3/payments', { body: order(change) });
  return (await sandbox.control('POST', `payments/${asText(body['id'])}/pay`, { card })).body;
}

export const charge = (sandbox: Caller, methodId: unknown, change: Readonly<Record<string, unknown>> = {}) =>
  sandbox.call('POST', '/v3/payments', {
    body: { amount: { value: '299.00', currency: 'RUB' }, capture: true, payment_method_id: methodId, ...change },
  });

/** Asks again until it holds; each question is a call over HTTP, so this many take seconds. */
const mostQuestions = 2_000;
export async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let asked = 0; asked < mostQuestions; asked += 1) if (await holds()) return;
  throw new Error('it never came true');
}

/** A shop's address for notifications: keeps what arrives, and answers as the test says. */
export type Receiver = {
  readonly url: string;
  readonly received: Json[];
  answerWith(status: number): void;
  /** Waits until so many have arrived; the test's own time limit bounds the wait. */
  arrived(count: number): Promise<void>;
  stop(): Promise<void>;
};

export async function startReceiver(): Promise<Receiver> {
  const received: Json[] = [];
  let status = 200;
  let onArrival = (): void => undefined;
  const server: Server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      received.push(parse(text));
      response.writeHead(status).end();
      onArrival();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    answerWith: (next) => (status = next),
    arrived: (count) =>
      new Promise((resolve) => {
        onArrival = () => {
          if (received.length >= count) resolve();
        };
        onArrival();
      }),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
