import { runProgram } from '../../stack/run-program.ts';

process.exitCode = await runProgram('test/simulation/planted/main.ts', process.argv.slice(2));
