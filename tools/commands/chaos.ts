import { runProgram } from '../../stack/run-program.ts';

// npm run chaos -- --cycles 20 --seed 1: kills real processes under load on a stack of its own, then judges what is left.

process.exitCode = await runProgram('test/chaos/main.ts', process.argv.slice(2));
