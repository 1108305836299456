import { join } from 'node:path';
import { commands } from '../command-line/commands.ts';
import { readCommandLine } from '../../src/composition/command-line/read-command-line.ts';
import { developmentData } from '../../stack/folders.ts';
import { findFreePorts } from '../../stack/ports.ts';
import { supervise } from '../../stack/supervise.ts';
import { readMachine, whatIsMissing } from '../containers/requirements.ts';
import { tryContainers } from '../containers/try-containers.ts';

/** The customary code of a run that could not begin, other than that of a failure. */
const missingExitCode = 2;

readCommandLine(commands.containers);

const machine = readMachine(process.env);
const missing = whatIsMissing(machine);
if (missing !== null) {
  console.error(missing);
  process.exit(missingExitCode);
}
process.exitCode = await supervise(
  { data: join(developmentData(process.env), 'containers'), environment: process.env, choosePorts: findFreePorts },
  (system) => tryContainers(system, machine.engineAnswers),
);
