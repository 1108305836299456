import type { CommandInput } from '../../domain/commands/index.ts';
import type { AdminServices } from './open-admin.ts';
import { type ActOptions, staffActOf } from './staff-act.ts';
import { print } from './subcommand.ts';

/** What has no outcome yet and may still be carried out, and what to do about it. */
const undecided = ['pending', 'acceptance_unknown'];

/** Gives the command as an act of staff, prints how it ended, and returns the exit code. */
export async function giveCommand(
  { give, repeat }: Pick<AdminServices, 'give' | 'repeat'>,
  input: CommandInput,
  values: ActOptions,
): Promise<number> {
  const ended = await give(input, staffActOf(values));
  print(ended);
  if (undecided.includes(ended.kind)) {
    process.stderr.write(
      `It may still be carried out. The same key never does it twice; to see what became of it:\n${repeat}\n`,
    );
  }
  return ended.kind === 'completed' ? 0 : 1;
}
