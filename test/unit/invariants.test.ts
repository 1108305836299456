import { describe, test } from '@jest/globals';
import fc from 'fast-check';
import { dayMs, hourMs, minuteMs } from '../../src/domain/model/instant.ts';
import { handleCommand } from '../../src/application/handlers/handle-command.ts';
import { handleTimer } from '../../src/application/handlers/handle-timer.ts';
import { Fault } from '../../src/application/ports/faults.ts';
import { createTestSystem, type TestSystem, tariffs } from '../support/test-system.ts';
import { checkAlways, checkConverged } from '../support/invariants.ts';
import { readMessage } from '../support/read-message.ts';

const user = '11111111-1111-4111-8111-111111111111';
const trace = { correlationId: 'replay', causationId: null };

type Step =
  | { readonly kind: 'pay'; readonly tariff: keyof typeof tariffs; readonly renew: boolean }
  | { readonly kind: 'cancel'; readonly mode: 'period_end' | 'immediate'; readonly acceptedMsAgo: number }
  | { readonly kind: 'replay'; readonly pick: number }
  | { readonly kind: 'fault'; readonly faults: readonly ('lost' | 'not_done' | 'answer' | 'refused' | 'unsent')[] }
  | { readonly kind: 'finish'; readonly pick: number; readonly result: string; readonly hint: boolean }
  | { readonly kind: 'card'; readonly answer: string }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'broker'; readonly down: boolean }
  | { readonly kind: 'reads_fail'; readonly times: number };

const declines = [
  'insufficient_funds',
  'card_expired',
  'issuer_unavailable',
  'general_decline',
  'fraud_suspected',
  'succeeded',
];
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('pay' as const),
      tariff: fc.constantFrom('day' as const, 'month' as const, 'year' as const),
      renew: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('cancel' as const),
      mode: fc.constantFrom('period_end' as const, 'immediate' as const),
      acceptedMsAgo: fc.constantFrom(0, minuteMs, dayMs),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('replay' as const), pick: fc.nat(1000) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('fault' as const),
      faults: fc.array(
        fc.constantFrom('lost' as const, 'not_done' as const, 'answer' as const, 'refused' as const, 'unsent' as const),
        { maxLength: 5 },
      ),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('finish' as const),
      pick: fc.nat(10),
      result: fc.constantFrom('succeeded', 'succeeded', 'succeeded', 'expired_on_confirmation'),
      hint: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('card' as const), answer: fc.constantFrom(...declines) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      ms: fc.constantFrom(minuteMs, hourMs, 6 * hourMs, dayMs, 3 * dayMs, 28 * dayMs),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('broker' as const), down: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reads_fail' as const), times: fc.nat(4) }) },
);

/** Delivers an old message again, as a redelivery from any earlier offset would. */
async function replay(system: TestSystem, pick: number): Promise<void> {
  const message = system.messages[pick % Math.max(system.messages.length, 1)];
  if (message === undefined) return;
  const carried = readMessage(message);
  if (carried.kind === 'timer') await handleTimer(system.services, carried.userId, carried.timer, trace);
  if (carried.kind === 'command') await handleCommand(system.services, carried.command, trace);
  if (carried.kind === 'hint') await hint(system, carried.hint.objectId);
}

async function finish(system: TestSystem, wanted: Extract<Step, { kind: 'finish' }>): Promise<void> {
  const pending = system.provider
    .entries()
    .filter(({ object }) => object.object === 'payment' && object.status === 'pending');
  const chosen = pending[wanted.pick % Math.max(pending.length, 1)];
  if (chosen === undefined) return;
  system.provider.finish(chosen.object.id, wanted.result);
  if (wanted.hint) await hint(system, chosen.object.id);
}

/** As the runner does: delivers a hint again whose object cannot be read. */
async function hint(system: TestSystem, paymentId: string): Promise<void> {
  try {
    await system.hint('payment', paymentId);
  } catch (error) {
    if (!(error instanceof Fault && error.retryable)) throw error;
    await hint(system, paymentId);
  }
}

async function take(system: TestSystem, wanted: Step): Promise<void> {
  switch (wanted.kind) {
    case 'pay': {
      const command = await system.pay(user, { tariffId: tariffs[wanted.tariff].id, renew: wanted.renew });
      system.messages.push(system.services.messageFactory.command(command, trace));
      return;
    }
    case 'cancel': {
      const command = system.cancelCommand(user, wanted.mode, system.clock.now() - wanted.acceptedMsAgo);
      await system.deliver(command);
      system.messages.push(system.services.messageFactory.command(command, trace));
      return;
    }
    case 'replay':
      return replay(system, wanted.pick);
    case 'fault':
      system.provider.script(
        ...wanted.faults.map((fault) => {
          if (fault === 'refused')
            return { kind: 'refused' as const, status: 400, code: 'invalid_request', parameter: null };
          return fault === 'unsent' ? { kind: 'unsent' as const, reason: 'refused' } : fault;
        }),
      );
      return;
    case 'finish':
      return finish(system, wanted);
    case 'card':
      for (const method of (await system.services.store.load(user))?.subscriber.methods ?? [])
        system.provider.setMethod(method.id, { always: wanted.answer });
      return;
    case 'pass':
      // Refunds are retried for 30 days; after a longer outage the rules leave the refund to a person.
      await system.pass(
        system.brokerIsDown() ? Math.min(wanted.ms, dayMs) : wanted.ms,
        Math.max(wanted.ms / 20, 30_000),
      );
      return;
    case 'broker':
      system.breakBroker(wanted.down);
      return;
    case 'reads_fail':
      system.provider.failReads(wanted.times);
  }
}

async function somethingIsOut(system: TestSystem): Promise<boolean> {
  const subscriber = (await system.services.store.load(user))?.subscriber;
  return subscriber !== undefined && (subscriber.payment !== null || subscriber.refunds.length > 0);
}

/** The faults end, open pages are never paid, and within three days everything must converge. */
async function calm(system: TestSystem): Promise<void> {
  system.breakBroker(false);
  system.provider.failReads(0);
  system.provider.script();
  for (const { object } of system.provider.entries()) {
    if (object.object === 'payment' && object.status === 'pending')
      system.provider.finish(object.id, 'expired_on_confirmation');
  }
  await system.pass(3 * dayMs, 20 * minuteMs);
  // A fault scripted earlier may hit the very last renewal, so that one gets time as well.
  for (let round = 0; round < 96 && (await somethingIsOut(system)); round += 1) await system.pass(30 * minuteMs);
  await system.sweep();
  await system.services.relay.idle();
}

describe('messages delivered in any number and order', () => {
  test('money and access never disagree', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), fc.nat(3), async (steps, oneInFour) => {
        const system = createTestSystem();
        if (oneInFour > 0) system.provider.keepPagesOpen();
        for (const wanted of steps) {
          await take(system, wanted);
          await system.services.relay.idle();
          await checkAlways(system, user);
        }
        await calm(system);
        await checkConverged(system, user);
      }),
      { numRuns: Number(process.env['INVARIANT_RUNS'] ?? 400) },
    );
  }, 120_000);
});
