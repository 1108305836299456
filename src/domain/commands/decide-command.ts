import type { CommandEntry } from '../model/command.ts';
import type { Context } from '../model/context.ts';
import type { CommandDefinition, Facts, LookUp } from './definition.ts';
import { type Command, commands } from './index.ts';
import { accepted, type Decision, draftOf, ignored, record, reject } from '../decision/draft.ts';
import type { Subscriber } from '../model/subscriber.ts';

/** Decides a command once. A known id is a repeat, and its outcome does not change. */
export function decideCommand(state: Subscriber, command: Command, facts: Facts, context: Context): Decision {
  if (state.commands.some((entry) => entry.id === command.commandId)) return ignored('repeat');
  const entry: CommandEntry = {
    id: command.commandId,
    type: command.type,
    bodyHash: command.bodyHash,
    acceptedAt: command.acceptedAt,
    paymentId: null,
    outcome: null,
  };
  const received = record(draftOf(state), { type: 'command.received', entry });
  if (command.notAfter !== null && context.realNow > command.notAfter)
    return accepted(reject(received, command, 'command_expired'));
  // The definition under a type takes the command of that type, which the type checker cannot infer.
  const { decide } = commands[command.type] as CommandDefinition<never, LookUp>;
  return accepted(decide(received, command as never, facts, context));
}
