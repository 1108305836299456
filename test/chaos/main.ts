import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isolated } from '../../stack/development-environment.ts';
import { projectRoot } from '../../stack/folders.ts';
import { findFreePorts } from '../../stack/ports.ts';
import { StackFailure } from '../../stack/stack-failure.ts';
import { supervise } from '../../stack/supervise.ts';
import { chaos } from './run.ts';

// npm run chaos -- --cycles 20 --seed 1: kills under load on a stack of its own, then judges everything from outside.

const { values } = parseArgs({
  options: {
    cycles: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    data: { type: 'string', default: '.data/chaos' },
  },
});
const plan = { cycles: Number(values.cycles), seed: Number(values.seed) };
if (!Number.isInteger(plan.cycles) || !Number.isInteger(plan.seed) || plan.cycles < 1 || plan.seed < 0) {
  console.error('--cycles and --seed are whole numbers, as in: npm run chaos -- --cycles 20 --seed 1');
  process.exit(2);
}
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
