import { resolve } from 'node:path';
import { isolated } from '../../stack/development-environment.ts';
import { projectRoot } from '../../stack/folders.ts';
import { findFreePorts } from '../../stack/ports.ts';
import { StackFailure } from '../../stack/stack-failure.ts';
import { supervise } from '../../stack/supervise.ts';
import { commands } from '../../tools/command-line/commands.ts';
import { readCommandLine } from '../../src/composition/command-line/read-command-line.ts';
import { tryScaling } from './scaling.ts';

// npm run scaling -- --backlog 20000: consumers come and go by the formula of the ScaledObject, then everything is checked.

const { values } = readCommandLine(commands.scaling);
const trial = { backlog: Number(values.backlog), max: Number(values.max) };
const session = {
  data: resolve(projectRoot, values.data),
  environment: isolated({}, process.env),
  choosePorts: findFreePorts,
};
const code = await supervise(session, async (system) => {
  if (await tryScaling(trial, system)) return;
  throw new StackFailure(`A rule was broken; logs and data are kept in ${system.folders.data}.`);
});
process.exit(code);
