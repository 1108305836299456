import { expect, test } from '@jest/globals';
import { meterProvider } from '../../../src/adapters/metrics/meter-provider.ts';
import { type Meter, silentMeter } from '../../../src/application/ports/meter.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { createTestSystem } from '../../support/test-system.ts';

test('each call of the provider is counted with its outcome and time, and answers as before', async () => {
  const clock = createManualClock(0);
  const calls: Parameters<Meter['asked']>[0][] = [];
  const { provider: fake } = createTestSystem();
  const { provider, providerList } = meterProvider(
    {
      provider: {
        ...fake,
        send: (...args) => {
          clock.advance(40);
          return fake.send(...args);
        },
      },
      providerList: fake.list,
    },
    { meter: { ...silentMeter, asked: (call) => void calls.push(call) }, clock },
  );
  const amount = { amountMinor: 29_900, currency: 'RUB' };
  const metadata = { paymentId: 'p', userId: 'u', testClockId: null };
  const charge = { kind: 'charge', amount, description: 'd', metadata, methodId: 'unknown' } as const;
  const outcome = await provider.send(provider.freeze(charge), 'key-1', 'c');
  const read = await provider.read('payment', 'no-such-id', 'c');
  const page = await providerList.page({ object: 'payment', from: 0, to: 1 }, null, 'c');
  expect(read.kind).toBe('absent');
  expect(calls).toEqual([
    { operation: 'send', outcome: outcome.kind, durationMs: 40 },
    { operation: 'read', outcome: 'absent', durationMs: 0 },
    { operation: 'list', outcome: page.kind, durationMs: 0 },
  ]);
});
