import { describe, expect, test } from '@jest/globals';
import { createReadLag } from '../../sandbox/read-lag.ts';
import { memoryJournal } from '../../sandbox/journal.ts';
import { openStore } from '../../sandbox/store.ts';
import { asText, buy, order, removeDataDirs, startTestSandbox, until } from './test-sandbox.ts';
import type { RefundRecord } from '../../sandbox/types.ts';

/** A refund record of which only the amount matters here. */
const worth = (value: string): RefundRecord => ({
  ...{ seq: 1, shopId: '1', clockId: null, idempotenceKey: 'k', sendsId: 's', request: {} },
  object: { id: 'r', payment_id: 'p', status: 'pending', created_at: '', amount: { value, currency: 'RUB' } },
});

describe('reads that lag', () => {
  function lagging() {
    let nowMs = 1_000;
    const lag = createReadLag(
      openStore(() => memoryJournal),
      () => nowMs,
    );
    const shown = () => lag.shown('refunds', 'r', lag.store.get('refunds', 'r'))?.object.amount.value;
    const put = (value: string) => lag.store.put('refunds', 'r', worth(value));
    return { lag, shown, put, pass: (ms: number) => void (nowMs += ms) };
  }

  test('show a new object late, and each of its changes as late', () => {
    const { lag, shown, put, pass } = lagging();
    lag.set(100);
    put('1.00');
    pass(60);
    put('2.00');
    expect(shown()).toBeUndefined();
    pass(40);
    expect(shown()).toBe('1.00');
    pass(60);
    expect(shown()).toBe('2.00');
  });

  test('show what was there before the lag as it was, and the truth once the lag has ended', () => {
    const { lag, shown, put } = lagging();
    put('1.00');
    lag.set(100);
    expect(shown()).toBe('1.00');
    put('2.00');
    expect(shown()).toBe('1.00');
    lag.set(0);
    expect(shown()).toBe('2.00');
  });
});

test('the provider’s reads and lists lag, and what changes something does not', async () => {
  const sandbox = await startTestSandbox();
  const read = (path: string) => sandbox.call('GET', `/v3/${path}`);
  const listed = async (kind: string) => (await read(kind)).body['items']?.length;
  const { id: paidBefore } = await buy(sandbox);
  const { body: open } = await sandbox.call('POST', '/v3/payments', { body: order() });
  await sandbox.control('POST', 'reads', { lag_ms: 60_000 });
  const { id: hidden } = await buy(sandbox);
  await sandbox.control('POST', `payments/${asText(open['id'])}/pay`, { card: '5555555555554444' });
  const refund = await sandbox.call('POST', '/v3/refunds', {
    body: { payment_id: hidden, amount: { value: '299.00', currency: 'RUB' } },
  });
  expect(refund.status).toBe(200);
  expect((await read(`payments/${asText(hidden)}`)).status).toBe(404);
  expect((await read(`refunds/${asText(refund.body['id'])}`)).status).toBe(404);
  expect((await read(`payments/${asText(open['id'])}`)).body['status']).toBe('pending');
  expect((await read(`payments/${asText(paidBefore)}`)).body['status']).toBe('succeeded');
  expect([await listed('payments'), await listed('refunds')]).toEqual([2, 0]);
  expect((await read('payments?status=pending')).body['items']).toHaveLength(1);
  expect((await sandbox.control('GET', 'ledger')).body['payments']).toHaveLength(3);
  await sandbox.control('POST', 'reads', { lag_ms: 1 });
  await sandbox.control('POST', `payments/${asText(paidBefore)}/refund`, {});
  await until(async () => (await listed('refunds')) === 2);
  expect((await sandbox.control('POST', 'reads', { lag_ms: -1 })).status).toBe(400);
  await sandbox.stop();
  removeDataDirs();
});
