import type { Command } from './command.ts';
import { type CommandLine, parseCommandLine } from './parse-command-line.ts';
import { helpCommandOf, renderHelp } from './render-help.ts';

/** The customary exit code of a wrong command line. */
const misuseExitCode = 2;

/** The options and operands of this process. Exits after `--help` and after a wrong command line. */
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
