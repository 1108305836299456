import { runProgram } from '../../stack/run-program.ts';

process.exitCode = await runProgram('test/chaos/scaling/main.ts', process.argv.slice(2));
