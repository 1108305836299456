import { Fault } from '../../application/ports/faults.ts';
import { openConfig } from '../open-config.ts';
import { parseCommandLine } from '../command-line/parse-command-line.ts';
import { readCommandLine } from '../command-line/read-command-line.ts';
import { renderHelp } from '../command-line/render-help.ts';
import { adminCommand } from './admin-command.ts';
import { lineOf, withKey } from './act-line.ts';
import { withAdmin } from './open-admin.ts';
import { subcommands } from './subcommands.ts';

const columnWidth = 14;
/** The customary exit code of a wrong command line. */
const misuseExitCode = 2;

const listed = (): string =>
  Object.entries(subcommands)
    .map(([name, { command }]) => `  ${name.padEnd(columnWidth)} ${command.about}\n`)
    .join('');

/** Without a word that it knows: prints the help, or what there is. */
function explain(args: readonly string[]): number {
  if (parseCommandLine(adminCommand, args).kind === 'help') {
    process.stdout.write(`${renderHelp(adminCommand)}\n\n${listed()}`);
    return 0;
  }
  const [name] = readCommandLine(adminCommand, args).operands;
  process.stderr.write(`${name === undefined ? 'WHAT is missing' : `There is no "${name}"`}; there are\n${listed()}`);
  return misuseExitCode;
}

/** Runs what the command line says, here or inside the image. Returns the exit code. */
export async function runAdmin(
  args: readonly string[],
  variables?: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const [name = '', ...rest] = args;
  const known = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined;
  if (known === undefined) return explain(args);
  const words = withKey(known.command, rest);
  const line = readCommandLine(known.command, words);
  try {
    return await withAdmin({ config: openConfig(variables), repeat: lineOf(known.command, words) }, (services) =>
      known.run(line, services),
    );
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}
