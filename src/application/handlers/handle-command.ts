import { decideCommand, isUndone } from '../../domain/commands/decide-command.ts';
import type { Command } from '../../domain/commands/index.ts';
import { awaitsTaken } from '../../domain/payment/take-recalled.ts';
import { ignored } from '../../domain/decision/draft.ts';
import { changeAndSend } from '../operations/change-and-send.ts';
import { makeRoom } from '../outbox/make-room.ts';
import type { CoreServices } from '../services/core-services.ts';
import { findPaid } from '../services/find-paid.ts';
import { lookUp } from '../services/look-up.ts';
import { Fault } from '../ports/faults.ts';
import type { Handled } from '../ports/consumer.ts';
import type { Trace } from '../ports/message-factory.ts';

const unknownYet = (): Fault =>
  new Fault('taken_unread', 'What the provider has of a command before it is not read yet.', {
    ...{ retryable: true, queues: true },
  });

/** Carries a command out once, however often it arrives. */
export async function handleCommand(services: CoreServices, command: Command, trace: Trace): Promise<Handled> {
  const { catalogue } = services;
  const testClocks = services.testClocks?.clocks ?? null;
  const { userId, commandId } = command;
  const testClockId = 'testClockId' in command ? command.testClockId : null;
  return changeAndSend(services, { userId, trace, testClockId }, async (state, context, saved) => {
    await makeRoom(services, userId, saved?.outbox ?? []);
    const known = state.commands.some((entry) => entry.id === commandId);
    // The document keeps the newest commands only; without the read model the repeat of an old one would be carried out.
    const old = !known && state.commands.length > 0 && (await services.past.findCommand(userId, commandId));
    if (old) return ignored('repeat');
    if (isUndone(command, context) && awaitsTaken(state, context)) throw unknownYet();
    // After the load: what the read models say of a payment must be no older than the document.
    const facts = await lookUp({ catalogue, testClocks, findPaid: (by) => findPaid(services, saved, by) }, command);
    return decideCommand(state, command, facts, context);
  });
}
