import { decideCommand } from '../../domain/commands/decide-command.ts';
import type { Facts, LookUp, LookUpFields } from '../../domain/commands/definition.ts';
import { type Command, commands } from '../../domain/commands/index.ts';
import { changeAndSend } from '../operations/change-and-send.ts';
import { makeRoom } from '../outbox/make-room.ts';
import type { CoreServices } from '../services/core-services.ts';
import type { Handled } from '../ports/consumer.ts';
import type { Trace } from '../ports/message-factory.ts';

type Find<Name extends LookUp> = (services: CoreServices, by: LookUpFields) => Promise<Facts[Name]>;

const finders: { readonly [Name in LookUp]: Find<Name> } = {
  tariff: ({ catalogue }, { tariffId }) => catalogue.findTariff(tariffId),
  paySystem: ({ catalogue }, { paySystem }) => catalogue.findPaySystem(paySystem),
  testClock: ({ testClocks }, { testClockId }) =>
    testClockId === null || testClocks === null ? Promise.resolve(null) : testClocks.clocks.find(testClockId),
};

/** Runs the look-ups that the definition of the command names, in parallel. */
async function lookUp(services: CoreServices, command: Command): Promise<Facts> {
  const names: readonly LookUp[] = commands[command.type].lookUps;
  if (names.length === 0) return {} as Facts;
  const by = command as Command & LookUpFields;
  const found = await Promise.all(names.map((name) => finders[name](services, by)));
  return Object.fromEntries(names.map((name, index) => [name, found[index]])) as Facts;
}

/** Carries a command out once, however often it arrives. */
export async function handleCommand(services: CoreServices, command: Command, trace: Trace): Promise<Handled> {
  const facts = await lookUp(services, command);
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
