import { runProgram } from '../../stack/run-program.ts';

process.exitCode = await runProgram('test/chaos/main.ts', process.argv.slice(2));
