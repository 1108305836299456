import { runProgram } from '../../stack/run-program.ts';

process.exitCode = await runProgram('test/alerts/main.ts', process.argv.slice(2));
