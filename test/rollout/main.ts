import { join } from 'node:path';
import { readCommandLine } from '../../src/composition/command-line/read-command-line.ts';
import { developmentData } from '../../stack/folders.ts';
import { findFreePorts } from '../../stack/ports.ts';
import { StackFailure } from '../../stack/stack-failure.ts';
import { supervise } from '../../stack/supervise.ts';
import { commands } from '../../tools/command-line/commands.ts';
import { readMachine, whatIsMissing } from '../../tools/containers/requirements.ts';
import { hasKubectl } from '../unit/containers/k8s/render.ts';
import { commitOf } from './releases.ts';
import { rollout } from './run.ts';

// npm run rollout -- --from HEAD~1: rolls pods of the production overlay under load, on an engine and a kubelet of its own.

/** The customary code of a run that could not begin, other than that of a failure. */
const missingExitCode = 2;

const { values } = readCommandLine(commands.rollout);
// Pods are reached from here by their addresses, so the engine is always one of its own, on this machine.
const missing =
  whatIsMissing({ ...readMachine(process.env), engineAnswers: false }) ??
  (hasKubectl ? null : 'kubectl is missing, which renders the manifests: install it and try again.');
if (missing !== null) {
  console.error(missing);
  process.exit(missingExitCode);
}
const session = {
  // With the engine, stand-ins and images of `npm run containers`.
  data: join(developmentData(process.env), 'containers'),
  environment: process.env,
  choosePorts: findFreePorts,
};
const code = await supervise(session, async (system) => {
  const plan = { commit: commitOf(values.from), rate: Number(values.rate), json: values.json === true };
  if (await rollout(plan, system)) return;
  throw new StackFailure(`What must never happen has happened; logs are kept in ${system.folders.logs}.`);
});
// Clients of a pod that has ended may still be waiting for it.
process.exit(code);
