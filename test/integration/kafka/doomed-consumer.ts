import { createConsumerRunner } from '../../../src/adapters/kafka/consumer/consumer-runner.ts';
import { createDecoder } from '../../../src/adapters/kafka/registry/registry.ts';
import { runnerSettings } from '../../../src/adapters/kafka/client/settings.ts';
import { createMemoryBlockedKeys } from '../../fakes/blocked-keys.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { silentMeter } from '../../../src/application/ports/meter.ts';
import type { Delivery } from '../../../src/application/ports/consumer.ts';

/** A process that handles messages, reports them on standard output and never commits; its parent kills it. */
const [brokers = '', registryUrl = '', topic = '', group = ''] = process.argv.slice(2);
const never = 3_600_000;
const silent = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined };

const runner = createConsumerRunner({
  meter: silentMeter,
  declaration: {
    ...{ name: 'doomed', topic, group, lanes: 4, whenBlocked: 'drop' },
    handle: (_: null, delivery: Delivery) => {
      process.stdout.write(`${JSON.stringify(delivery)}\n`);
      return Promise.resolve({ kind: 'handled' });
    },
  },
  services: null,
  client: { brokers: brokers.split(','), clientId: 'doomed', log: silent, clock: systemClock },
  decoder: createDecoder({ url: registryUrl, user: null }, systemClock),
  publisher: { publish: () => Promise.resolve() },
  blockedKeys: createMemoryBlockedKeys(),
  cipher: { seal: () => '', open: () => new Uint8Array() },
  onFatal: () => process.exit(1),
  settings: { ...runnerSettings, sessionTimeoutMs: 6_000, commitEveryMs: never },
});
await runner.start();
