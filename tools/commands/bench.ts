import { benchmarks } from '../command-line/benchmarks.ts';
import { commands } from '../command-line/commands.ts';
import { readCommandLine } from '../../src/composition/command-line/read-command-line.ts';
import { runProgram } from '../../stack/run-program.ts';

const given = process.argv.slice(2);
const names = Object.keys(benchmarks);
const wanted = names.find((name) => name === given[0]);
// A benchmark reads its own options. Without a name all of them run, with the options that all of them have.
if (wanted === undefined) {
  const { operands } = readCommandLine(commands.bench, given);
  if (operands[0] !== undefined) {
    console.error(`There is no benchmark "${operands[0]}"; there are ${names.join(', ')}.`);
    process.exit(2);
  }
}
const rest = wanted === undefined ? given : given.slice(1);
for (const name of wanted === undefined ? names : [wanted]) {
  process.exitCode = await runProgram(`bench/${name}.ts`, rest);
  if (process.exitCode !== 0) break;
}
