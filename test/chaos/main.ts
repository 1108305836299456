import { resolve } from 'node:path';
import { isolated } from '../../stack/development-environment.ts';
import { projectRoot } from '../../stack/folders.ts';
import { findFreePorts } from '../../stack/ports.ts';
import { StackFailure } from '../../stack/stack-failure.ts';
import { supervise } from '../../stack/supervise.ts';
import { commands } from '../../tools/command-line/commands.ts';
import { readCommandLine } from '../../src/composition/command-line/read-command-line.ts';
import { figuresJson, isUnbroken } from './report.ts';
import { chaos } from './run.ts';

// npm run chaos -- --cycles 20 --seed 1: kills under load on a stack of its own, then checks everything from outside.

const { values } = readCommandLine(commands.chaos);
const plan = {
  cycles: Number(values.cycles),
  seed: Number(values.seed),
  cluster: values.cluster,
  earlier: values.earlier === '' ? null : values.earlier,
};
const session = {
  data: resolve(projectRoot, values.data),
  environment: isolated({}, process.env),
  choosePorts: findFreePorts,
};
const figures: string[] = [];
const code = await supervise(session, async (system) => {
  const outcome = await chaos(plan, system);
  if (values.json) figures.push(JSON.stringify({ ...plan, ...figuresJson(outcome) }));
  if (isUnbroken(outcome)) return;
  throw new StackFailure(
    `What must never happen has happened (seed ${plan.seed}); logs and data are kept in ${system.folders.data}.`,
  );
});
// Only now, after the processes have been ended: this is the last line.
for (const line of figures) process.stdout.write(`${line}\n`);
// Clients of a killed server may still be waiting for it.
process.exit(code);
