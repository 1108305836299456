import { runProgram } from '../../stack/run-program.ts';

// npm run simulate -- --seeds 10000 --from 1 [--story]: what it prints and means is told in test/simulation/README.md.

process.exitCode = await runProgram('test/simulation/main.ts', process.argv.slice(2));
