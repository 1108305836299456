import { expect, test } from '@jest/globals';
import type { TariffRow } from '../../../src/adapters/mongo/models/tariffs.ts';
import { createSoldTariffs } from '../../../src/adapters/mongo/sold-tariffs.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';

const right: TariffRow = {
  _id: 'month',
  version: 1,
  alias: 'month',
  name: 'A month',
  price: { amountMinor: 29_900, currency: 'RUB' },
  period: { count: 1, unit: 'month' },
  features: ['films'],
  sale: {},
  createdAt: new Date(0),
  updatedAt: new Date(0),
};

test('rows are for sale unless they say otherwise, and nothing of that shows in the tariff', () => {
  const log = createLogRecorder();
  const soldOf = createSoldTariffs(log);
  const sold = soldOf([right, { ...right, _id: 'old', isSold: false }, { ...right, _id: 'new', isSold: true }]);
  expect(sold.map(({ id }) => id)).toEqual(['month', 'new']);
  const { _id: id, ...fields } = right;
  expect(sold[0]).toEqual({ ...fields, id, createdAt: 0, updatedAt: 0 });
  expect(log.lines).toEqual([]);
});

test('limits are sold with the tariff', () => {
  const limits = { streams: 2, maxHeight: 1080 };
  const soldOf = createSoldTariffs(createLogRecorder());
  expect(soldOf([{ ...right, limits }])[0]).toMatchObject({ limits });
});

test.each([
  ['period.unit', { period: { count: 1, unit: 'week' } }],
  ['period.count', { period: { count: 0, unit: 'day' } }],
  ['period.count, period.unit', { period: null }],
  ['price.amountMinor', { price: { amountMinor: 299.5, currency: 'RUB' } }],
  ['price.amountMinor', { price: { amountMinor: 0, currency: 'RUB' } }],
  ['price.currency', { price: { amountMinor: 100, currency: 'rub' } }],
  ['price.amountMinor, price.currency', { price: undefined }],
  ['features', { features: 'films' }],
  ['limits', { limits: { streams: 0 } }],
  ['limits', { limits: { max_height: 1080 } }],
  ['version', { version: null }],
  ['alias', { alias: '' }],
  ['createdAt', { createdAt: '2026-01-01' }],
])('a row with a wrong %s is not sold, the others are, and one error line is written', (wrong, change) => {
  const log = createLogRecorder();
  const soldOf = createSoldTariffs(log);
  const rows = [{ ...right, ...change, _id: 'wrong' } as unknown as TariffRow, right];
  for (let times = 0; times < 3; times += 1) expect(soldOf(rows).map(({ id }) => id)).toEqual(['month']);
  expect(log.lines).toEqual([
    { level: 'error', message: 'a tariff is wrong and is not sold', fields: { tariffId: 'wrong', detail: wrong } },
  ]);
});
