import type { Command } from '../command-line/command.ts';
import type { CommandLine } from '../command-line/parse-command-line.ts';
import type { AdminServices } from './open-admin.ts';

type Run<C extends Command> = (line: CommandLine<C>, services: AdminServices) => Promise<number>;

/** One thing that staff can do from a shell. `run` prints the answer and returns the exit code. */
export type Subcommand = { readonly command: Command; readonly run: Run<Command> };

/** Keeps the types of the options between the table of a command line and what it runs. */
export const subcommand = <const C extends Command>(command: C, run: Run<C>): Subcommand => ({
  command,
  run,
});

/** The options of everything that changes something. */
export const changing = {
  reason: {
    type: 'string',
    value: 'TEXT',
    required: true,
    about: 'why, for the audit',
    wanted: [/^(?=.*\S)[^]{1,500}$/s, 'a text of 1 to 500 characters'],
  },
  actor: {
    type: 'string',
    value: 'NAME',
    about: 'who acts, for the audit; without it, the user of the operating system',
    wanted: [/^\S.{0,126}$/, 'a name of at most 127 characters'],
  },
  key: {
    type: 'string',
    value: 'KEY',
    about: 'of an act that was given before: it is not done twice; without it, the act has a new key',
    wanted: [/^[\x20-\x7e]{1,255}$/, 'a text of 1 to 255 ASCII characters'],
  },
} as const satisfies Command['options'];

export const userOperand = { name: 'USER', about: 'the user, a UUID', least: 1, most: 1 } as const;
/** Says why nothing was done. Returns the exit code. */
export function refuse(sentence: string): number {
  process.stderr.write(`${sentence}\n`);
  return 1;
}

/** Prints a value for people and programs. */
export const print = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
