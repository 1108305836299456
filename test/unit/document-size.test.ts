import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { handleHint } from '../../src/application/handlers/handle-hint.ts';
import { Fault } from '../../src/application/ports/faults.ts';
import { minuteMs } from '../../src/domain/model/instant.ts';
import { createTestSystem, tariffs, type TestSystem } from '../support/test-system.ts';

// A subscriber, a client in a loop, or an attacker: whatever one user orders, their document stays small.

const user = '11111111-1111-4111-8111-111111111111';
const ordersMax = 10_000;
/** Far below the 16 MB of a document, and small enough to be read at every save and every status query. */
const bytesMax = 1024 * 1024;
const trace = { correlationId: 'test', causationId: null };

type Step = (system: TestSystem) => unknown;

/** The oldest page that was replaced is paid after all, so that its money goes back. */
async function payAbandoned(system: TestSystem): Promise<void> {
  const page = (await system.state(user)).watched.find(({ state }) => state === 'requires_action');
  if (page?.providerPaymentId == null) return;
  system.provider.finish(page.providerPaymentId, 'succeeded');
  const hint = { provider: 'yookassa', objectType: 'payment', objectId: page.providerPaymentId } as const;
  await handleHint(system.services, hint, { trace, hintedAt: system.clock.now() });
}

const steps = {
  'buys a month': (system) => system.pay(user),
  'buys a year': (system) => system.pay(user, { tariffId: tariffs.year.id }),
  'buys from another page': (system) => system.pay(user, { returnUrl: 'https://cinema.example/return?film=1' }),
  cancels: (system) => system.cancel(user),
  'cancels at once': (system) => system.cancel(user, 'immediate'),
  'pays the page': async (system) => {
    if ((await system.state(user)).payment?.state === 'requires_action') await system.payPage(user);
  },
  'pays a replaced page': payAbandoned,
  'refunds fail': ({ provider }) => {
    provider.scriptRefunds('insufficient_funds');
  },
  'the provider answers nothing': ({ provider }) => {
    provider.script('not_done');
  },
  'the broker is unavailable': ({ breakBroker }) => {
    breakBroker(true);
  },
  'a minute passes': (system) => system.pass(minuteMs, minuteMs),
} as const satisfies Readonly<Record<string, Step>>;

type Name = keyof typeof steps;

/** The largest size of the document while the steps are repeated. What the runner queues or retries is not carried out now. */
async function largest(names: readonly Name[], orders: number): Promise<number> {
  const system = createTestSystem();
  let bytes = 0;
  await system.pay(user);
  for (let order = 0; order < orders; order += 1) {
    try {
      await steps[names[order % names.length] ?? 'cancels'](system);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
    if (order % 100 > 0) continue;
    bytes = Math.max(bytes, Buffer.byteLength(JSON.stringify(await system.services.store.load(user))));
  }
  return bytes;
}

const hostile: readonly (readonly Name[])[] = [
  ['the provider answers nothing', 'buys a year'],
  ['refunds fail', 'buys a month', 'buys a year', 'pays a replaced page', 'pays the page', 'cancels at once'],
];
/** An unavailable broker is tried apart: each order would then publish a long outbox in vain, which is slow. */
const quick = (Object.keys(steps) as readonly Name[]).filter((name) => !name.startsWith('the broker'));

test(`${ordersMax} orders, whatever they are, keep the document of their user below ${bytesMax / 1024} KiB`, async () => {
  const pattern = fc.array(fc.constantFrom(...quick), { minLength: 1, maxLength: 8 });
  const property = fc.asyncProperty(pattern, async (names) => {
    expect(await largest(names, ordersMax)).toBeLessThan(bytesMax);
  });
  await fc.assert(property, { examples: hostile.map((names) => [[...names]]), numRuns: hostile.length + 1 });
}, 180_000);

test('orders whose facts cannot be published wait once the outbox is long', async () => {
  const names = ['the broker is unavailable', 'buys a month', 'buys a year', 'cancels at once'] as const;
  expect(await largest(names, 500)).toBeLessThan(bytesMax);
});
