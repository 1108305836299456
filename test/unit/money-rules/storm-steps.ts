import fc from 'fast-check';
import { handleCommand } from '../../../src/application/handlers/handle-command.ts';
import { handleHint } from '../../../src/application/handlers/handle-hint.ts';
import { handleTimer } from '../../../src/application/handlers/handle-timer.ts';
import type { Command } from '../../../src/domain/commands/index.ts';
import { dayMs, hourMs, minuteMs, secondMs } from '../../../src/domain/model/instant.ts';
import { type TestSystem, tariffs } from '../../support/test-system.ts';
import { readMessage } from '../../support/read-message.ts';
import type { Witness } from './storm-witness.ts';
import { trace, turns, type World } from './storm-world.ts';

export const users = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'] as const;

type FaultName = 'lost' | 'not_done' | 'answer' | 'hang' | 'refused' | 'unsent' | 'key_conflict';
type Step =
  | { readonly kind: 'pay'; readonly user: number; readonly tariff: keyof typeof tariffs; readonly renew: boolean }
  | { readonly kind: 'cancel'; readonly user: number; readonly mode: 'period_end' | 'immediate'; readonly ago: number }
  | { readonly kind: 'fault'; readonly faults: readonly FaultName[] }
  | {
      readonly kind: 'finish';
      readonly pick: number;
      readonly result: string;
      readonly hint: boolean;
      readonly saved: boolean;
    }
  | { readonly kind: 'card'; readonly answer: string }
  | { readonly kind: 'refunds'; readonly results: readonly string[] }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'outage'; readonly ms: number }
  | { readonly kind: 'broker'; readonly down: boolean }
  | { readonly kind: 'release'; readonly how: 'answer' | 'timeout' }
  | { readonly kind: 'crash'; readonly after: number; readonly saved: boolean }
  | { readonly kind: 'hint_all' }
  | { readonly kind: 'slots'; readonly free: number }
  | { readonly kind: 'replay'; readonly pick: number }
  | { readonly kind: 'reads_fail'; readonly times: number };

const pick = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const kind = <K extends string>(name: K) => fc.constant(name);

export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: kind('pay'),
      user: pick(0, 0, 1),
      tariff: pick('day' as const, 'month' as const, 'year' as const),
      renew: pick(true, true, false),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: kind('cancel'),
      user: pick(0, 0, 1),
      mode: pick('period_end' as const, 'immediate' as const),
      ago: pick(0, minuteMs),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: kind('fault'),
      faults: fc.array(
        pick<FaultName>('lost', 'not_done', 'answer', 'hang', 'hang', 'refused', 'unsent', 'key_conflict'),
        { maxLength: 5 },
      ),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: kind('finish'),
      pick: fc.nat(10),
      result: pick('succeeded', 'succeeded', 'succeeded', 'waiting_for_capture', 'expired_on_confirmation'),
      hint: fc.boolean(),
      saved: pick(true, true, false),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: kind('card'),
      answer: pick(
        'insufficient_funds',
        'card_expired',
        'issuer_unavailable',
        'general_decline',
        'pending',
        'succeeded',
        'waiting_for_capture',
        'payment_method_limit_exceeded',
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: kind('refunds'),
      results: fc.array(pick('insufficient_funds', 'pending', 'succeeded'), { maxLength: 3 }),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      kind: kind('pass'),
      ms: pick(2 * secondMs, 50 * secondMs, hourMs, 6 * hourMs, dayMs, 3 * dayMs, 28 * dayMs),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: kind('outage'), ms: pick(hourMs, dayMs, 4 * dayMs, 20 * dayMs) }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('broker'), down: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: kind('release'), how: pick('answer' as const, 'timeout' as const) }) },
  { weight: 4, arbitrary: fc.record({ kind: kind('crash'), after: fc.nat(9), saved: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('hint_all') }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('slots'), free: pick(0, 1, 100, 100) }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('replay'), pick: fc.nat(1000) }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('reads_fail'), times: fc.nat(6) }) },
);

function fake(name: FaultName) {
  switch (name) {
    case 'refused':
      return { kind: 'refused' as const, status: 400, code: 'invalid_request', parameter: null };
    case 'unsent':
      return { kind: 'unsent' as const, reason: 'refused' };
    case 'key_conflict':
      return { kind: 'key_conflict' as const };
    case 'lost':
    case 'not_done':
    case 'answer':
    case 'hang':
      return name;
  }
}

const remember = (system: TestSystem, command: Command): unknown =>
  system.messages.push(system.services.messageFactory.command(command, trace));
const hint = (world: World, objectType: 'payment' | 'refund', objectId: string) =>
  world.deliver((services) =>
    handleHint(services, { provider: 'yookassa', objectType, objectId }, { trace, hintedAt: services.clock.now() }),
  );

export async function take(system: TestSystem, world: World, witness: Witness, wanted: Step): Promise<void> {
  switch (wanted.kind) {
    case 'pay': {
      const command = system.payCommand(users[wanted.user] ?? users[0], {
        tariffId: tariffs[wanted.tariff].id,
        renew: wanted.renew,
      });
      remember(system, command);
      return world.deliver((services) => handleCommand(services, command, trace));
    }
    case 'cancel': {
      const user = users[wanted.user] ?? users[0];
      const command = system.cancelCommand(user, wanted.mode, system.clock.now() - wanted.ago);
      await witness.beforeCancel(user, command.acceptedAt);
      remember(system, command);
      return world.deliver((services) => handleCommand(services, command, trace));
    }
    case 'fault': {
      system.provider.script(...wanted.faults.map(fake));
      return;
    }
    case 'finish': {
      const pending = system.provider.entries().filter(({ object }) => object.status === 'pending');
      const chosen = pending[wanted.pick % Math.max(pending.length, 1)]?.object;
      if (chosen === undefined) return;
      const result = chosen.object === 'refund' ? 'succeeded' : wanted.result;
      system.provider.finish(chosen.id, result, wanted.saved);
      if (wanted.hint) await hint(world, chosen.object, chosen.id);
      return;
    }
    case 'card':
      for (const user of users)
        for (const method of (await system.services.store.load(user))?.subscriber.methods ?? [])
          system.provider.setMethod(method.id, { always: wanted.answer });
      return;
    case 'refunds': {
      system.provider.scriptRefunds(...wanted.results);
      return;
    }
    case 'pass':
      // Refunds are retried for 30 days; after a longer outage the rules leave the refund to a person.
      if (wanted.ms >= dayMs) system.provider.setSlots(1_000);
      return world.pass(
        system.brokerIsDown() ? Math.min(wanted.ms, dayMs) : wanted.ms,
        Math.max(wanted.ms / 20, 30_000),
      );
    case 'outage':
      system.provider.setSlots(1_000);
      system.provider.release('timeout');
      await turns(5);
      system.clock.advance(world.outage(wanted.ms));
      return world.runDue();
    case 'broker': {
      system.breakBroker(wanted.down);
      return;
    }
    case 'release': {
      system.provider.release(wanted.how);
      return;
    }
    case 'crash': {
      world.crash(wanted.after, wanted.saved);
      return;
    }
    case 'slots': {
      system.provider.setSlots(wanted.free);
      return;
    }
    case 'hint_all':
      for (const { object } of system.provider.entries()) await hint(world, object.object, object.id);
      return;
    case 'replay': {
      const message = system.messages[wanted.pick % Math.max(system.messages.length, 1)];
      const carried = message === undefined ? null : readMessage(message);
      if (carried?.kind === 'timer')
        await world.deliver((services) => handleTimer(services, carried.userId, carried.timer, trace));
      if (carried?.kind === 'command')
        await world.deliver((services) => handleCommand(services, carried.command, trace));
      return;
    }
    case 'reads_fail': {
      system.provider.failReads(wanted.times);
      return;
    }
  }
}
