import { runProgram } from '../../stack/run-program.ts';
import { commands } from '../command-line/commands.ts';
import { readCommandLine } from '../../src/composition/command-line/read-command-line.ts';

readCommandLine(commands.format);
process.exitCode = await runProgram('node_modules/prettier/bin/prettier.cjs', ['--write', '.']);
