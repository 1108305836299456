import { resolve } from 'node:path';
import { isolated } from '../../../stack/development-environment.ts';
import { projectRoot } from '../../../stack/folders.ts';
import { findFreePorts } from '../../../stack/ports.ts';
import { StackFailure } from '../../../stack/stack-failure.ts';
import { supervise } from '../../../stack/supervise.ts';
import { commands } from '../../../tools/command-line/commands.ts';
import { readCommandLine } from '../../../src/composition/command-line/read-command-line.ts';
import { verdictLines } from '../report.ts';
import { figures, figuresJson } from './report.ts';
import { tryScaling } from './scaling.ts';

// npm run scaling -- --backlog 20000: consumers come and go by the formula of the ScaledObject, then everything is checked.

const { values } = readCommandLine(commands.scaling);
const session = {
  data: resolve(projectRoot, values.data),
  environment: isolated({}, process.env),
  choosePorts: findFreePorts,
};
const last: string[] = [];
const code = await supervise(session, async (system) => {
  const outcome = await tryScaling(Number(values.backlog), system);
  for (const line of [...figures(outcome), ...verdictLines(outcome.verdict)]) system.say(line);
  if (values.json) last.push(JSON.stringify(figuresJson(outcome)));
  if (outcome.verdict.every(({ violations }) => violations.length === 0)) return;
  throw new StackFailure(`A rule was broken; logs and data are kept in ${system.folders.data}.`);
});
// Only now, after the processes have been ended: this is the last line.
for (const line of last) process.stdout.write(`${line}\n`);
process.exit(code);
