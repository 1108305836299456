import { resolve } from 'node:path';
import { isolated } from '../../stack/development-environment.ts';
import { projectRoot } from '../../stack/folders.ts';
import { findFreePorts } from '../../stack/ports.ts';
import { StackFailure } from '../../stack/stack-failure.ts';
import { supervise } from '../../stack/supervise.ts';
import { commands } from '../../tools/command-line/commands.ts';
import { readCommandLine } from '../../src/composition/command-line/read-command-line.ts';
import { chaos } from './run.ts';

// npm run chaos -- --cycles 20 --seed 1: kills under load on a stack of its own, then checks everything from outside.

const { values } = readCommandLine(commands.chaos);
const plan = { cycles: Number(values.cycles), seed: Number(values.seed) };
const session = {
  data: resolve(projectRoot, values.data),
  environment: isolated({}, process.env),
  choosePorts: findFreePorts,
};
const code = await supervise(session, async (system) => {
  if (await chaos(plan, system)) return;
  throw new StackFailure(
    `What must never happen has happened (seed ${plan.seed}); logs and data are kept in ${system.folders.data}.`,
  );
});
// Clients of a killed server may still be waiting for it.
process.exit(code);
