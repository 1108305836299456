import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { wrongReceipts } from '../../../src/composition/check-shop.ts';
import { createClosers } from '../../../src/composition/closers.ts';
import { loadConfig } from '../../../src/config.ts';
import { openShop } from '../../../src/composition/open-shop.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';
import { createMemoryProviderBudget } from '../../fakes/provider-budget.ts';
import { startWildServer, type WildServer } from '../yookassa/wild-server.ts';

const me = { account_id: '100500', status: 'enabled', test: true, payment_methods: ['bank_card'] };

let server: WildServer;
let closers = createClosers();
const log = createLogRecorder();

beforeAll(async () => {
  server = await startWildServer();
});
afterEach(async () => {
  await closers.closeAll(log);
  closers = createClosers();
  log.lines.length = 0;
});
afterAll(() => server.stop());

function open(answer: object, variables: Readonly<Record<string, string>> = {}) {
  server.treat((response) => response.end(JSON.stringify(answer)));
  const config = loadConfig({ YOOKASSA_API_URL: `${server.url}/v3`, ...variables });
  return openShop({ config, log, closers }, createMemoryProviderBudget(Date.now));
}
const alarms = () => log.lines.filter(({ level }) => level === 'error').map(({ fields }) => fields.detail);

describe('at the start of the API', () => {
  test('the shop is known, and its methods with it', async () => {
    expect((await open(me)).known()).toMatchObject({ accountId: '100500', paymentMethods: ['bank_card'] });
    expect(alarms()).toEqual([]);
  });

  test('another shop than the configured one keeps the process from starting, and is named', async () => {
    await expect(open({ ...me, account_id: '7' })).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringMatching(/^YOOKASSA_SHOP_ID is 100500, .* belongs to 7$/),
    });
  });

  test('a real shop outside production keeps the process from starting, and is named', async () => {
    await expect(open({ ...me, test: false })).rejects.toMatchObject({
      message: expect.stringMatching(/is a real shop .* BILLING_ENV wants a test store$/),
    });
  });

  test('receipts that the shop does not make alert operators', async () => {
    await open(me, { RECEIPTS: 'email', RECEIPT_VAT_CODES: '1' });
    expect(alarms()).toEqual([expect.stringMatching(/^RECEIPTS is email, and the shop makes none/)]);
  });

  test('a provider that gives no clear answer keeps no process from starting', async () => {
    expect((await open({ type: 'error' })).known()).toBeNull();
  });
});

test.each([
  [true, 'off', [expect.stringContaining('refuses payments without one')]],
  [true, 'email', []],
  [false, 'off', []],
] as const)('a shop that makes receipts (%p), with RECEIPTS %s', (makesReceipts, receipts, wrong) => {
  const shop = { ...{ paySystem: 'y', accountId: '1', isEnabled: true, isTest: true }, paymentMethods: null };
  expect(wrongReceipts({ ...shop, makesReceipts }, receipts)).toEqual(wrong);
});
