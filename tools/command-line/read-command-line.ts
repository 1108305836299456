import type { Command } from './command.ts';
import { type CommandLine, parseCommandLine } from './parse-command-line.ts';
import { helpCommandOf, renderHelp } from './render-help.ts';

/** The customary exit code of a command line that is not understood. */
const misuseExitCode = 2;

/** The options and operands of this process; ends it after `--help` and after a command line that is not understood. */
export function readCommandLine<C extends Command>(
  command: C,
  args: readonly string[] = process.argv.slice(2),
): CommandLine<C> {
  const parsed = parseCommandLine(command, args);
  if (parsed.kind === 'line') return parsed.line;
  if (parsed.kind === 'help') {
    process.stdout.write(`${renderHelp(command)}\n`);
    process.exit(0);
  }
  process.stderr.write(`${parsed.sentence}; \`${helpCommandOf(command)}\` explains the command.\n`);
  process.exit(misuseExitCode);
}
