import { join } from 'node:path';
import { developmentData } from '../../stack/folders.ts';
import { isolated } from '../../stack/development-environment.ts';
import { findFreePorts } from '../../stack/ports.ts';
import { StackFailure } from '../../stack/stack-failure.ts';
import { supervise } from '../../stack/supervise.ts';
import { readCommandLine } from '../../src/composition/command-line/read-command-line.ts';
import { commands } from '../../tools/command-line/commands.ts';
import { hasPrometheus } from '../support/prometheus.ts';
import { tryAlerts } from './run.ts';
import { triedAlerts } from './scenes.ts';

// npm run alerts: makes each alert fire by its fault and fall silent by its cure, on a system of its own.

/** The customary code of a run that could not begin, other than that of a failure. */
const missingExitCode = 2;

const { operands } = readCommandLine(commands.alerts);
const unknown = operands.filter((name) => !triedAlerts.includes(name));
if (unknown.length > 0) {
  console.error(`There is no alert ${unknown.join(', ')}; there are ${triedAlerts.join(', ')}.`);
  process.exit(missingExitCode);
}
if (!hasPrometheus()) {
  console.error('No alert can be tried: there is no prometheus on this machine (apt-get install prometheus).');
  process.exit(missingExitCode);
}
const code = await supervise(
  {
    data: join(developmentData(process.env), 'alerts'),
    environment: isolated({}, process.env),
    choosePorts: findFreePorts,
  },
  async (system) => {
    if (await tryAlerts(system, operands)) return;
    throw new StackFailure(`An alert did not do what it promises; logs and data are kept in ${system.folders.data}.`);
  },
);
// Clients of a killed server may still be waiting for it.
process.exit(code);
