import { runProgram } from '../../stack/run-program.ts';

// npm run planted: shows that the simulation sees the bugs that it is there for.

process.exitCode = await runProgram('test/simulation/planted/main.ts', process.argv.slice(2));
