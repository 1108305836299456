import { userInfo } from 'node:os';
import type { CommandInput } from '../../domain/commands/index.ts';
import type { AdminServices } from './open-admin.ts';
import { print } from './subcommand.ts';

/** Gives the command in the name of the actor, prints how it ended, and returns the exit code. */
export async function giveCommand({ give }: AdminServices, input: CommandInput, actor?: string): Promise<number> {
  const ended = await give(input, actor ?? userInfo().username);
  print(ended);
  return ended.kind === 'completed' ? 0 : 1;
}
