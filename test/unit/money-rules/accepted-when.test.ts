import { describe, expect, test } from '@jest/globals';
import { handleCommands } from '../../../consumers/handle-commands.ts';
import { replayHeader } from '../../../src/application/ports/dead-letters.ts';
import type { Command } from '../../../src/domain/commands/index.ts';
import { dayMs, hourMs, type Instant, minuteMs } from '../../../src/domain/model/instant.ts';
import { createSystemWithActive, tariffs, type TestSystem } from '../../support/test-system.ts';

const user = '11111111-1111-4111-8111-111111111111';
const other = '22222222-2222-4222-8222-222222222222';
const trace = { correlationId: 'late', causationId: null };

/** Hands the command to the consumer, as the record that the broker took at that time. */
function take(system: TestSystem, command: Command, recordedAt: Instant | null, replayOf?: string) {
  const [message] = [system.services.messageFactory.command(command, trace)];
  const { topic, key, value } = message;
  const headers = { ...message.headers, ...(replayOf === undefined ? {} : { [replayHeader]: replayOf }) };
  const place = { topic, partition: 0, offset: '7', recordedAt };
  return handleCommands.handle(system.services, { ...place, key, headers, value, type: command.type, trace });
}

/** Three renewals, a day apart; now is 12 h after the last. */
async function threeRenewals() {
  const system = await createSystemWithActive(user, { tariffId: tariffs.day.id });
  const boughtAt = system.clock.now();
  await system.pass(3 * dayMs + 12 * hourMs, hourMs);
  const refunded = async () => {
    await system.pass(hourMs);
    return (await system.state(user)).captures.map(({ refundedMinor }) => refundedMinor > 0);
  };
  const cancelSaidAt = (at: Instant) => ({
    ...system.cancelCommand(user, 'period_end', at),
    commandId: '33333333-3333-4333-8333-333333333333',
  });
  return { system, boughtAt, refunded, cancelSaidAt, now: system.clock.now() };
}

const unrefunded = [false, false, false, false];

describe('the broker’s time of its record bounds when a command was accepted', () => {
  test('a forged cancel of 1970 refunds no renewal, and is carried out', async () => {
    const { system, refunded, cancelSaidAt, now } = await threeRenewals();
    await take(system, cancelSaidAt(0), now);
    expect(await refunded()).toEqual(unrefunded);
    const { subscription, commands } = await system.state(user);
    expect(subscription).toMatchObject({ cancelAtPeriodEnd: true });
    expect(commands.at(-1)).toMatchObject({
      ...{ acceptedAt: now - 10 * minuteMs, claimedAt: 0, outcome: { kind: 'completed' } },
    });
  });

  test('a clock that is ahead of the broker costs no refund: what was charged after the record goes back', async () => {
    const { system, boughtAt, refunded, cancelSaidAt, now } = await threeRenewals();
    await take(system, cancelSaidAt(now), boughtAt + 2 * dayMs + hourMs);
    expect(await refunded()).toEqual([false, false, false, true]);
  });

  test('a cancel that waited keeps its own time, and clocks of our machines may differ by a second', async () => {
    const { system, refunded, cancelSaidAt, boughtAt } = await threeRenewals();
    const at = boughtAt + dayMs + hourMs;
    const services = { ...system.services, policy: { ...system.services.policy, clockSkewMs: 1_000 } };
    await take({ ...system, services }, cancelSaidAt(at), at - 500);
    expect((await system.state(user)).commands.at(-1)).toMatchObject({ acceptedAt: at });
    expect(await refunded()).toEqual([false, false, true, true]);
  });

  test('a record without a time bounds nothing', async () => {
    const { system, refunded, cancelSaidAt, boughtAt } = await threeRenewals();
    await take(system, cancelSaidAt(boughtAt + 2 * dayMs + hourMs), null);
    expect(await refunded()).toEqual([false, false, false, true]);
  });

  test('a purchase lives as long as it was accepted, and a time too early revives none that has expired', async () => {
    const { system, now } = await threeRenewals();
    const pay = { ...system.payCommand(user), commandId: '33333333-3333-4333-8333-333333333333' };
    await take(
      system,
      { ...pay, acceptedAt: now + hourMs, notAfter: now + hourMs + 15 * minuteMs },
      now - 20 * minuteMs,
    );
    expect(await system.outcome(user, pay.commandId)).toEqual({ kind: 'rejected', reason: 'command_expired' });
    const old = { ...pay, commandId: '44444444-4444-4444-8444-444444444444', acceptedAt: 0, notAfter: 15 * minuteMs };
    await take(system, old, now);
    expect(await system.outcome(user, old.commandId)).toEqual({ kind: 'rejected', reason: 'command_expired' });
  });
});

describe('a cancel that staff replay from the dead letters', () => {
  const letterOf = (key: string, timestamp: Instant) => ({
    ...{ topic: 'billing.commands.v1', partition: 0, offset: '3', key, timestamp, consumerGroup: 'billing-commands' },
    ...{
      errorClass: 'poison' as const,
      errorCode: 'queue_full',
      reason: 'full',
      firstFailedAt: timestamp,
      attempts: 1,
    },
    ...{ sealed: 'sealed', replayOf: null },
  });
  const id = 'billing.commands.v1:0:3:billing-commands';

  test('counts from its first record, long before the replay', async () => {
    const { system, refunded, cancelSaidAt, boughtAt, now } = await threeRenewals();
    const at = boughtAt + 2 * dayMs + hourMs;
    await system.deadLetters.keep(letterOf(user, at));
    await take(system, cancelSaidAt(at), now, id);
    expect(await refunded()).toEqual([false, false, false, true]);
  });

  test('counts from the replay where the header names a dead letter of another subscriber, or none', async () => {
    const { system, refunded, cancelSaidAt, boughtAt, now } = await threeRenewals();
    await system.deadLetters.keep(letterOf(other, boughtAt));
    await take(system, cancelSaidAt(boughtAt), now, id);
    await take(
      system,
      { ...cancelSaidAt(boughtAt), commandId: '55555555-5555-4555-8555-555555555555' },
      now,
      'x:0:1:y',
    );
    expect(await refunded()).toEqual(unrefunded);
  });
});
