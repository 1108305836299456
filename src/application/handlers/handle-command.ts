import { decideCommand } from '../../domain/commands/decide-command.ts';
import type { Command } from '../../domain/commands/index.ts';
import { changeAndSend } from '../operations/change-and-send.ts';
import { makeRoom } from '../outbox/make-room.ts';
import type { CoreServices } from '../services/core-services.ts';
import { lookUp } from '../services/look-up.ts';
import type { Handled } from '../ports/consumer.ts';
import type { Trace } from '../ports/message-factory.ts';

/** Carries a command out once, however often it arrives. */
export async function handleCommand(services: CoreServices, command: Command, trace: Trace): Promise<Handled> {
  const { catalogue, testClocks } = services;
  const facts = await lookUp({ catalogue, testClocks: testClocks?.clocks ?? null }, command);
  const { userId, commandId } = command;
  const testClockId = 'testClockId' in command ? command.testClockId : null;
  return changeAndSend(services, { userId, trace, testClockId }, async (state, context, saved) => {
    await makeRoom(services, userId, saved?.outbox ?? []);
    const known = state.commands.some((entry) => entry.id === commandId);
    // The document keeps the newest commands only; without the read model the repeat of an old one would be carried out.
    const old = !known && state.commands.length > 0 && (await services.past.findCommand(userId, commandId));
    return old ? { kind: 'ignored', reason: 'repeat' } : decideCommand(state, command, facts, context);
  });
}
