import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createYookassaProvider, defaultYookassaLimits } from '../../../src/adapters/yookassa/client.ts';
import { createSandboxClockMirror } from '../../../src/adapters/yookassa/sandbox-clock-mirror.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { toIso } from '../../../src/domain/model/instant.ts';
import { paymentProviderSuite } from '../../contract/payment-provider-suite.ts';
import type { ProviderHarness } from '../../contract/provider-harness.ts';
import { type SandboxProcess, startSandboxProcess } from './sandbox-process.ts';

const silent = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined };
const goodCard = '5555555555554444';
const faults = { lost: 'reset', not_done: 'error_500_not_done', sent_away: 'too_many_requests' } as const;

let sandbox: SandboxProcess;
const opened: (() => void)[] = [];

beforeAll(async () => {
  sandbox = await startSandboxProcess();
});

afterAll(async () => {
  for (const close of opened) close();
  await sandbox.stop();
});

function connect(apiKey = 'test_sandbox', shopId = '100500') {
  const options = { apiUrl: `${sandbox.url}/v3`, shopId, apiKey, returnUrl: 'https://cinema.example/return' };
  const { provider, readShop, close } = createYookassaProvider(
    { ...options, limits: { ...defaultYookassaLimits, list: { requestsPerSecond: 1_000 } } },
    { clock: systemClock, log: silent },
  );
  opened.push(close);
  return { ...provider, readShop };
}

/** A page with authorization only. Our own requests always capture, so this one bypasses the adapter. */
async function holdPage(paymentId: string, userId: string): Promise<string> {
  const response = await fetch(`${sandbox.url}/v3/payments`, {
    method: 'POST',
    headers: {
      Authorization: `Basic ${btoa('100500:test_sandbox')}`,
      'Content-Type': 'application/json',
      'Idempotence-Key': `hold-${paymentId}`,
    },
    body: JSON.stringify({
      amount: { value: '299.00', currency: 'RUB' },
      capture: false,
      confirmation: { type: 'redirect', return_url: 'https://cinema.example/return' },
      metadata: { payment_id: paymentId, user_id: userId },
    }),
  });
  const { id } = (await response.json()) as { readonly id: string };
  await sandbox.control('POST', `/payments/${id}/pay`, { card: goodCard });
  return id;
}

type Named = { readonly metadata?: { readonly payment_id?: string; readonly bind_id?: string } };

function openHarness(): Promise<ProviderHarness> {
  const mirror = createSandboxClockMirror(`${sandbox.url}/v3`);
  const control = async (at: string, body: object): Promise<void> => {
    await sandbox.control('POST', at, body);
  };
  const { readShop, ...provider } = connect();
  return Promise.resolve({
    ...{ provider, readShop },
    withReceipts: (mode) => (mode === 'email' ? connect('test_email', '100501') : connect('test_phone', '100502')),
    accountId: '100500',
    payPage: (id) => control(`/payments/${id}/pay`, { card: goodCard }),
    holdPage: ({ metadata }) => holdPage(metadata.paymentId, metadata.userId),
    scriptMethod: (id, next) => control(`/payment-methods/${id}`, { next }),
    scriptRefund: (next) => control('/refunds', { next }),
    spoilNextSend: (resource, how) => control('/faults', { on: `POST /v3/${resource}`, kind: faults[how], times: 1 }),
    spoilNextRead: () => control('/faults', { on: 'GET /v3/payments/{id}', kind: 'error_500_done', times: 1 }),
    setClock: (clockId, now) => mirror.set(clockId, now),
    countOperations: async (paymentId) => {
      const ledger = (await sandbox.control('GET', '/ledger')) as { payments: Named[]; refunds: Named[] };
      return [...ledger.payments, ...ledger.refunds].filter(({ metadata }) => metadata?.payment_id === paymentId)
        .length;
    },
    endBinding: (id, result) => control(`/payment-methods/${id}/bind`, { result }),
    countBindings: async (bindId) => {
      const ledger = (await sandbox.control('GET', '/ledger')) as { payment_methods: Named[] };
      return ledger.payment_methods.filter(({ metadata }) => metadata?.bind_id === bindId).length;
    },
  });
}

paymentProviderSuite('YooKassa against the sandbox', openHarness);

describe('YooKassa against the sandbox, beyond the contract', () => {
  const order = {
    kind: 'checkout',
    amount: { amountMinor: 100, currency: 'RUB' },
    description: 'Ж'.repeat(200),
    returnUrl: null,
    saveMethod: true,
    metadata: { paymentId: 'page-1', userId: 'user-1', testClockId: null },
  } as const;

  test('a long description is truncated to the provider’s limit', async () => {
    const provider = connect();
    expect(await provider.send(provider.freeze(order), 'k-description', 'r-1')).toMatchObject({ kind: 'answered' });
  });

  test('an unreadable answer is unknown, although the operation was done', async () => {
    const provider = connect();
    await sandbox.control('POST', '/faults', { on: 'POST /v3/payments', kind: 'garbage', times: 1 });
    const frozen = provider.freeze(order);
    expect(await provider.send(frozen, 'k-garbage', 'r-1')).toEqual({ kind: 'unknown', reason: 'invalid_answer' });
    expect(await provider.send(frozen, 'k-garbage', 'r-1')).toMatchObject({ kind: 'answered' });
  });

  test('refused credentials refuse the send and open the circuit, for sends and reads', async () => {
    const provider = connect('test_wrong');
    const frozen = provider.freeze(order);
    const refused = await provider.send(frozen, 'k-401', 'r-1');
    expect(refused).toEqual({ kind: 'refused', status: 401, code: 'invalid_credentials', parameter: null });
    expect(await provider.send(frozen, 'k-401', 'r-1')).toEqual({ kind: 'unsent', reason: 'circuit_open' });
    const closed = { kind: 'unavailable', reason: 'circuit_open' };
    expect(await provider.read('payment', 'any', 'r-1')).toEqual(closed);
    const window = { object: 'payment', paymentId: 'page-1', from: 0, to: Date.UTC(2030, 1) } as const;
    expect(await provider.search(window, 'r-1')).toEqual({ kind: 'unavailable', reason: 'http_401' });
    expect(await provider.search(window, 'r-1')).toEqual(closed);
  });

  test('a clock that a step has moved, and whose step was not saved, is no obstacle to an earlier step', async () => {
    const mirror = createSandboxClockMirror(`${sandbox.url}/v3`);
    const now = Date.UTC(2033, 4, 1);
    await mirror.set('clock-ahead', now);
    await expect(mirror.set('clock-ahead', now - 60_000)).resolves.toBeUndefined();
    expect(await sandbox.control('GET', '/clock?clock=clock-ahead')).toMatchObject({ now: toIso(now) });
  });

  test('a search reads every page of the list', async () => {
    const provider = connect();
    const clockId = 'clock-of-many-pages';
    const now = Date.UTC(2032, 4, 1);
    await createSandboxClockMirror(`${sandbox.url}/v3`).set(clockId, now);
    const page = (n: number) => ({
      ...order,
      metadata: { paymentId: `many-${n}`, userId: 'user-1', testClockId: clockId },
    });
    for (let n = 0; n < 101; n += 1) await provider.send(provider.freeze(page(n)), `k-many-${n}`, 'r-1');
    const window = { object: 'payment', from: now, to: now } as const;
    for (const paymentId of ['many-0', 'many-100']) {
      const checkResult = await provider.search({ ...window, paymentId }, 'r-1');
      expect(checkResult).toMatchObject({ kind: 'found', object: { metadata: { paymentId } } });
    }
    expect(await provider.search({ ...window, paymentId: 'many-101' }, 'r-1')).toEqual({ kind: 'absent' });
  });

  test('a clock that the sandbox refuses is a fault that names the answer', async () => {
    const mirror = createSandboxClockMirror(`${sandbox.url}/v3`);
    await expect(mirror.set('', Date.UTC(2031, 1))).rejects.toMatchObject({
      code: 'sandbox_clock_away',
      message: 'The sandbox did not take the clock: 400',
    });
  });
});
