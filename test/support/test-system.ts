import { createHash } from 'node:crypto';
import { announceDue } from '../../src/application/jobs/announce-due.ts';
import { createBackground } from '../../src/application/services/background.ts';
import type { CoreServices } from '../../src/application/services/core-services.ts';
import { handleDuplicate } from '../../src/application/operations/handle-duplicate.ts';
import { handleCommand } from '../../src/application/handlers/handle-command.ts';
import { handleHint } from '../../src/application/handlers/handle-hint.ts';
import { handleTimer } from '../../src/application/handlers/handle-timer.ts';
import { Fault } from '../../src/application/ports/faults.ts';
import { type Meter, silentMeter } from '../../src/application/ports/meter.ts';
import type { CatalogueTariff } from '../../src/application/ports/catalogue.ts';
import { createRelay } from '../../src/application/outbox/relay.ts';
import { sweepOutbox } from '../../src/application/outbox/sweep-outbox.ts';
import { createMemoryBooks } from '../fakes/books.ts';
import { createMemoryWalks } from '../fakes/reconciliation-walks.ts';
import { createMemoryBlockedKeys } from '../fakes/blocked-keys.ts';
import { createMemoryDeadLetters } from '../fakes/dead-letters.ts';
import { createMemoryCatalogue } from '../fakes/catalogue.ts';
import { createMemoryNoticeReports } from '../fakes/notice-reports.ts';
import { createMemoryReadModels } from '../fakes/read-models.ts';
import { createFakeProvider } from '../fakes/payment-provider.ts';
import { createMemorySubscriberStore } from '../fakes/subscriber-store.ts';
import { userCiphers } from '../../src/adapters/system/cipher.ts';
import { systemIds } from '../../src/adapters/system/ids.ts';
import type { Command, CommandInput, CommandType } from '../../src/domain/commands/index.ts';
import type { PayCommand } from '../../src/domain/commands/pay.ts';
import type { CommandOutcome } from '../../src/domain/model/command.ts';
import { minuteMs } from '../../src/domain/model/instant.ts';
import { testPolicy } from './policy.ts';
import type { Policy } from '../../src/domain/model/policy.ts';
import { createRestorer, type Restoring } from './restore-backup.ts';
import type { ProviderObjects } from '../../src/domain/model/provider.ts';
import type { ReceiptRules } from '../../src/domain/model/receipt.ts';
import type { Subscriber } from '../../src/domain/model/subscriber.ts';
import { timerTypes } from '../../src/domain/timers/index.ts';
import { createLogRecorder } from './log-recorder.ts';
import { createTestBroker } from './test-broker.ts';
import { createManualClock } from './manual-clock.ts';
import type { StaffInput } from './staff-input.ts';
import { createMessageFactory } from '../../src/messages/message-factory.ts';
import { noon, tariffs } from './tariffs.ts';
import { testCipher } from './test-cipher.ts';
import { readMessage, type SeenFact } from './read-message.ts';

export { noon, tariffs };

/** What a subscriber gives with a command. */
type Given = { readonly [Type in CommandType]: Omit<Extract<CommandInput, { type: Type }>, 'userId'> }[CommandType];

const trace = { correlationId: 'test', causationId: null };

type Market = {
  readonly timeZone: string;
  readonly sold: readonly CatalogueTariff[];
  /** The shop demands receipts where they are made. */
  readonly receipts?: ReceiptRules | null;
  readonly meter?: Meter;
  /** What the operators have set otherwise. */
  readonly settings?: Partial<Policy>;
};
export const home: Market = { timeZone: testPolicy.timeZone, sold: Object.values(tariffs) };

/** The whole service on fakes, in one process: real rules and use cases, and a clock that tests move. */
export function createTestSystem(market: Market = home) {
  const { timeZone, sold, receipts = null, settings = {}, meter = silentMeter } = market;
  const clock = createManualClock(noon);
  const shop = { accountId: '100500', test: true };
  const provider = createFakeProvider({
    now: () => clock.now(),
    receipts: receipts === null ? null : 'email_or_phone',
  });
  const store = createMemorySubscriberStore();
  const restorer = createRestorer(store, () => ({ ...readModels, readModels: readModels.writer }));
  let isKilledByAlarm = false;
  const readModels = createMemoryReadModels((row) =>
    isKilledByAlarm
      ? Promise.reject(new Fault('killed', 'the process died', { retryable: true }))
      : handleDuplicate(services, row.userId, row.row),
  );
  const blockedKeys = createMemoryBlockedKeys();
  const deadLetters = createMemoryDeadLetters();
  const noticeReports = createMemoryNoticeReports(readModels);
  const { log, publisher, setBroken, isBroken } = createTestBroker();
  let counter = 0;
  const lines = createLogRecorder();
  const services: CoreServices = {
    clock,
    log: lines,
    meter,
    // One clock for all, so there is no skew.
    policy: { ...testPolicy, timeZone, clockSkewMs: 0, receipts, ...settings },
    ids: systemIds,
    epoch: restorer.epoch,
    cipher: testCipher,
    userCiphers,
    store,
    past: readModels.decisions,
    books: createMemoryBooks(readModels),
    walks: createMemoryWalks(),
    ...{ blockedKeys, deadLetters, noticeReports },
    catalogue: createMemoryCatalogue(sold, [
      { id: 'p', name: 'ЮKassa', alias: 'yookassa', currencyCode: 'RUB', data: {} },
    ]),
    provider,
    providerList: provider.list,
    shop,
    publisher,
    messageFactory: createMessageFactory(),
    relay: createRelay({ store, readModels: readModels.writer, publisher, log: lines, clock }),
    testClocks: null,
    randomId: () => `id-${(counter += 1)}`,
    background: createBackground(clock, lines),
  };

  const facts = (userId?: string): readonly SeenFact[] =>
    log.flatMap((message) => {
      const carried = readMessage(message);
      return carried.kind === 'fact' && (userId === undefined || message.key === userId) ? [carried.event] : [];
    });

  /** Announces and handles what is due, until nothing is due at this instant. Returns the announced types. */
  async function runDue(): Promise<readonly string[]> {
    const announced: string[] = [];
    for (let round = 0; round < 50; round += 1) {
      await services.relay.idle();
      const from = log.length;
      try {
        await announceDue(services, timerTypes);
      } catch (error) {
        // A failed job runs again a second later; here, at the next step of time.
        if (isBroken()) return announced;
        throw error;
      }
      const timers = log
        .slice(from)
        .map(readMessage)
        .flatMap((carried) => (carried.kind === 'timer' ? [carried] : []));
      if (timers.length === 0) return announced;
      for (const { userId, timer } of timers) {
        announced.push(timer.type);
        await handleTimer(services, userId, timer, trace);
      }
    }
    throw new Error('something is due over and over again');
  }

  /** Moves time step by step, so that every timer on the way fires at its own time. */
  async function pass(ms: number, stepMs = 10 * minuteMs): Promise<void> {
    const until = clock.now() + ms;
    while (clock.now() < until) {
      clock.set(Math.min(clock.now() + stepMs, until));
      await runDue();
    }
  }

  async function state(userId: string): Promise<Subscriber> {
    const stored = await store.load(userId);
    if (stored === null) throw new Error('no such subscriber');
    return stored.subscriber;
  }

  async function outcome(userId: string, commandId: string): Promise<CommandOutcome | null> {
    const entry = (await state(userId)).commands.find((known) => known.id === commandId);
    return entry?.outcome ?? null;
  }

  const base = (userId: string, commandId: string) => ({
    commandId,
    userId,
    actor: { kind: 'user' as const, id: userId },
    acceptedAt: clock.now(),
    bodyHash: createHash('sha256').update(commandId).digest('hex'),
  });

  function payCommand(userId: string, more: Partial<PayCommand> = {}): PayCommand {
    const commandId = more.commandId ?? `pay-${(counter += 1)}`;
    return {
      ...base(userId, commandId),
      notAfter: clock.now() + 15 * minuteMs,
      type: 'subscription.pay',
      tariffId: tariffs.month.id,
      paySystem: 'yookassa',
      renew: true,
      returnUrl: null,
      testClockId: null,
      ...more,
    };
  }

  return {
    services,
    clock,
    provider,
    readModels: readModels.writer,
    ...{ blockedKeys, deadLetters },
    readModelRows: readModels.rows,
    noticeReports: noticeReports.reports,
    messages: log,
    /** The alarms for operators. */
    errorLines: () => lines.lines.filter(({ level }) => level === 'error'),
    facts,
    runDue,
    pass,
    state,
    outcome,
    payCommand,
    breakBroker: setBroken,
    brokerIsDown: isBroken,
    /** The process dies after the read model marked a duplicate payment and before the reaction to it. */
    killAtDuplicates: (killed: boolean) => {
      isKilledByAlarm = killed;
    },
    backUp: () => ({ at: clock.now(), documents: store.backUp() }),
    restore: (...how: Restoring) => restorer.restore(services, ...how),
    sweep: () => sweepOutbox(services),
    pay: async (userId: string, more: Partial<PayCommand> = {}) => {
      const command = payCommand(userId, more);
      await handleCommand(services, command, trace);
      await services.relay.idle();
      return command;
    },
    deliver: (command: Parameters<typeof handleCommand>[1]) => handleCommand(services, command, trace),
    cancelCommand: (userId: string, mode: 'period_end' | 'immediate', acceptedAt = clock.now()) => ({
      ...base(userId, `cancel-${(counter += 1)}`),
      acceptedAt,
      notAfter: null,
      type: 'subscription.cancel' as const,
      mode,
      reason: null,
    }),
    cancel: async (userId: string, mode: 'period_end' | 'immediate' = 'period_end') => {
      const command = {
        ...base(userId, `cancel-${(counter += 1)}`),
        notAfter: null,
        type: 'subscription.cancel' as const,
        mode,
        reason: null,
      };
      await handleCommand(services, command, trace);
      await services.relay.idle();
      return command;
    },
    /** An order of staff; returns how it ended. */
    staff: async (userId: string, input: StaffInput, commandId = `staff-${(counter += 1)}`) => {
      const actor = { kind: 'staff' as const, id: 'anna' };
      const command = { ...base(userId, commandId), actor, notAfter: null, reason: 'seen in the cabinet', ...input };
      await handleCommand(services, command, trace);
      await services.relay.idle();
      const ended = await outcome(userId, commandId);
      return ended?.kind === 'rejected' ? ended.reason : ended?.kind;
    },
    /** Any other command, with the fields of its own. */
    order: async (userId: string, input: Given) => {
      const commandId = `order-${(counter += 1)}`;
      const command = { ...base(userId, commandId), notAfter: null, ...input } as Command;
      await handleCommand(services, command, trace);
      await services.relay.idle();
      return outcome(userId, commandId);
    },
    hint: async (objectType: keyof ProviderObjects, objectId: string) => {
      const hinted = { trace, hintedAt: services.clock.now() };
      const handled = await handleHint(services, { provider: 'yookassa', objectType, objectId }, hinted);
      await services.relay.idle();
      return handled;
    },
    /** Ends the open binding as the subscriber does on its page. The provider notifies us of a success only. */
    endBinding: async (userId: string, result: 'active' | 'inactive') => {
      const objectId = (await state(userId)).binding?.providerMethodId;
      if (objectId == null) throw new Error('no binding is open');
      provider.endBinding(objectId, result);
      const hint = { provider: 'yookassa', objectType: 'payment_method', objectId } as const;
      if (result === 'active') await handleHint(services, hint, { trace, hintedAt: services.clock.now() });
      await services.relay.idle();
      return objectId;
    },
    /** Pays the page of the subscriber's open payment; the provider notifies us. */
    payPage: async (userId: string) => {
      const open = (await state(userId)).payment;
      if (open?.providerPaymentId == null) throw new Error('no page is open');
      provider.finish(open.providerPaymentId, 'succeeded');
      await handleHint(
        services,
        { provider: 'yookassa', objectType: 'payment', objectId: open.providerPaymentId },
        { trace, hintedAt: services.clock.now() },
      );
      await services.relay.idle();
      return open;
    },
  };
}

export type TestSystem = ReturnType<typeof createTestSystem>;

/** A system in which the user has just bought the monthly tariff with renewal. */
export async function createSystemWithActive(userId: string, more: Partial<PayCommand> = {}): Promise<TestSystem> {
  const system = createTestSystem();
  await system.pay(userId, more);
  await system.payPage(userId);
  return system;
}
