import { describe, expect, test } from '@jest/globals';
import type { Shop } from '../../../src/application/ports/shop.ts';
import { createShopWatch } from '../../../src/application/services/shop-watch.ts';
import { hourMs } from '../../../src/domain/model/instant.ts';
import { createLogRecorder } from '../../support/log-recorder.ts';
import { createManualClock } from '../../support/manual-clock.ts';

const shop: Shop = {
  ...{ paySystem: 'yookassa', accountId: '100500', isEnabled: true, isTest: true, makesReceipts: false },
  paymentMethods: ['bank_card', 'sbp'],
};

function watched(wrongWith: (shop: Shop) => readonly string[] = () => []) {
  const clock = createManualClock(0);
  const log = createLogRecorder();
  let answer: Shop | null = shop;
  let asked = 0;
  const readShop = () => {
    asked += 1;
    return Promise.resolve(answer);
  };
  const watch = createShopWatch({ clock, log, readShop }, wrongWith);
  return { ...watch, clock, log, asked: () => asked, answerWith: (next: Shop | null) => void (answer = next) };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the watch of the shop', () => {
  test('asks every hour, and ends with its signal', async () => {
    const { run, known, clock, asked, answerWith } = watched();
    const stopping = new AbortController();
    const running = run(stopping.signal);
    expect(known()).toBeNull();
    for (const hour of [1, 2]) {
      clock.advance(hourMs - 1);
      await settled();
      expect(asked()).toBe(hour - 1);
      clock.advance(1);
      await settled();
      expect(asked()).toBe(hour);
    }
    answerWith({ ...shop, paymentMethods: ['bank_card'] });
    clock.advance(hourMs);
    await settled();
    expect(known()?.paymentMethods).toEqual(['bank_card']);
    stopping.abort();
    await running;
    expect(asked()).toBe(3);
  });

  test('keeps what it knows where the provider gives no clear answer', async () => {
    const { refresh, known, answerWith } = watched();
    await refresh();
    answerWith(null);
    expect(await refresh()).toBeNull();
    expect(known()).toEqual(shop);
  });

  test('alerts operators once of what is wrong, and again where it was right meanwhile', async () => {
    const { refresh, log, answerWith } = watched(({ makesReceipts }) => (makesReceipts ? [] : ['it makes none']));
    await refresh();
    await refresh();
    expect(log.lines).toEqual([
      { level: 'error', message: 'the shop is not as it is configured', fields: { detail: 'it makes none' } },
    ]);
    answerWith({ ...shop, makesReceipts: true });
    await refresh();
    answerWith(shop);
    await refresh();
    expect(log.lines).toHaveLength(2);
  });
});
