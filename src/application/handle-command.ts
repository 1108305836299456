import type { Command } from '../domain/model/command.ts';
import { decideCommand, type CommandFacts } from '../domain/commands/decide-command.ts';
import { changeAndSend } from './change-and-send.ts';
import type { CoreServices } from './core-services.ts';
import type { Handled } from './ports/consumer.ts';
import type { Trace } from './ports/message-factory.ts';

const nothingNeeded: CommandFacts = { tariff: null, paySystemKnown: false, testClockKnown: true };

async function lookUp(services: CoreServices, command: Command): Promise<CommandFacts> {
  if (command.type !== 'subscription.pay') return nothingNeeded;
  const [tariff, paySystem] = await Promise.all([
    services.catalogue.findTariff(command.tariffId),
    services.catalogue.findPaySystem(command.paySystem),
  ]);
  const { testClockId } = command;
  const testClock = testClockId === null ? null : await (services.testClocks?.clocks.find(testClockId) ?? null);
  return { tariff, paySystemKnown: paySystem !== null, testClockKnown: testClockId === null || testClock !== null };
}

/** Carries a command out once, however often it arrives; a command that left the document is known to the read model. */
export async function handleCommand(services: CoreServices, command: Command, trace: Trace): Promise<Handled> {
  const facts = await lookUp(services, command);
  const { userId, commandId } = command;
  const testClockId = command.type === 'subscription.pay' ? command.testClockId : null;
  return changeAndSend(services, { userId, trace, testClockId }, async (state, context) => {
    const known = state.commands.some((entry) => entry.id === commandId);
    // The document keeps the newest commands only; asking the read model before judging keeps an old repeat a repeat.
    const old = !known && state.commands.length > 0 && (await services.past.findCommand(userId, commandId));
    return old ? { kind: 'ignored', reason: 'repeat' } : decideCommand(state, command, facts, context);
  });
}
