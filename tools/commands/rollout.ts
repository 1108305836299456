import { runProgram } from '../../stack/run-program.ts';

process.exitCode = await runProgram('test/rollout/main.ts', process.argv.slice(2));
