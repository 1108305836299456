import { join } from 'node:path';
import { commands } from '../command-line/commands.ts';
import { readCommandLine } from '../../src/composition/command-line/read-command-line.ts';
import { clearState } from '../../stack/data-of-a-run.ts';
import { developmentEnvironment, isolated } from '../../stack/development-environment.ts';
import { startStack, type System } from '../../stack/embedded-stack.ts';
import { projectRoot } from '../../stack/folders.ts';
import { findFreePorts } from '../../stack/ports.ts';
import { runJest } from '../testing/run-jest.ts';
import { developmentSecrets } from '../../stack/secrets.ts';
import { migrate, ourServices, secondsSince, startServices } from '../../stack/services.ts';
import { StackFailure } from '../../stack/stack-failure.ts';
import { supervise } from '../../stack/supervise.ts';
import { findSuites, type Needs, type Suite } from '../testing/test-suites.ts';
import { add, emptyTally, isGreen, lastLine, lostRun } from '../testing/test-tally.ts';

/** On two cores the tests take about a quarter of an hour, and over 20 minutes beside other work; past this something hangs. */
const limitMinutes = 45;

const { operands: patterns } = readCommandLine(commands.test);
/** Suites that share the running services, in their order. */
const onServices: readonly Needs[] = ['system', 'system-last'];
const onStack: readonly Needs[] = ['stack', ...onServices];
const suites = findSuites(join(projectRoot, 'test'), patterns);
const startedMs = performance.now();
let tally = emptyTally;
const progress = { stage: 'the set-up', isComplete: false };

const session = { data: join(projectRoot, '.data/test'), environment: process.env, choosePorts: findFreePorts };
const code = await supervise(session, (system) => withinLimit(() => runEverything(system)));
// A signal, or a process that died between two suites, ended the run: what did not run has not passed.
if (!progress.isComplete && tally.failed === 0) tally = add(tally, lostRun);
if (code === 0 && tally.passed + tally.failed === 0) console.log(`No test matches ${patterns.join(', ')}.`);
console.log(`Tests took ${secondsSince(startedMs)} s.\n${lastLine(tally)}`);
process.exitCode = code === 0 && isGreen(tally) ? 0 : 1;

async function runEverything(system: System): Promise<void> {
  await runAll(system);
  progress.isComplete = true;
}

async function runAll(system: System): Promise<void> {
  clearState(system.folders);
  const environment = isolated({}, process.env);
  const beside = runSuites('processor', system, environment);
  // It fails with its own words, after what runs in front of it.
  beside.catch(() => undefined);
  await runSuites('nothing', system, environment);
  if (suites.some(({ needs }) => onStack.includes(needs))) await runOnStack(system);
  await runSuites('own', system, environment);
  progress.stage = 'what runs beside the others';
  await beside;
}

async function runOnStack(system: System): Promise<void> {
  const environment = await timed('the stack', system, () => prepareStack(system));
  await runSuites('stack', system, environment);
  if (suites.every(({ needs }) => !onServices.includes(needs))) return;
  await timed('the services', system, () => startServices(system, environment, ourServices));
  for (const needs of onServices) await runSuites(needs, system, environment);
}

async function prepareStack(system: System): Promise<NodeJS.ProcessEnv> {
  const { ports, folders, security } = system;
  const addresses = await startStack(system);
  const secrets = developmentSecrets(folders.data, {});
  const table = developmentEnvironment({ mode: 'test', data: folders.data, ports, addresses, secrets, security });
  // No trace begins here, so only what a test's own trace causes is sent; the collector is there during that test alone.
  const collector = `http://127.0.0.1:${ports.collector}`;
  const traces = { OTEL_EXPORTER_OTLP_ENDPOINT: collector, OTEL_TRACES_SAMPLER_ARG: '0' };
  const environment = isolated({ ...table, ...traces }, process.env);
  await migrate(system, environment, ourServices);
  return {
    ...environment,
    TEST_API_URL: `http://127.0.0.1:${ports.api}`,
    TEST_METRICS_PORTS: [ports.apiMetrics, ports.consumersMetrics, ports.jobsMetrics].join(','),
    TEST_COLLECTOR_PORT: String(ports.collector),
    TEST_SANDBOX_URL: `http://127.0.0.1:${ports.sandbox}`,
    TEST_LOGS_DIR: folders.logs,
    // Of the shell: a person asks one test for more than a run of all has the time for.
    TEST_RECONCILED_PAYMENTS: process.env['TEST_RECONCILED_PAYMENTS'],
  };
}

/** Suites of one kind run together. Those on the shared system run one after the other. */
async function runSuites(needs: Needs, system: System, environment: NodeJS.ProcessEnv): Promise<void> {
  const chosen: readonly Suite[] = suites.filter((suite) => suite.needs === needs);
  if (chosen.length === 0) return;
  const names = chosen.map(({ folder }) => folder);
  await timed(`test/{${names.join(',')}}`, system, async () => {
    const run = { name: needs, testFolders: names.map((name) => join(projectRoot, 'test', name)), patterns };
    const { folders, signal } = system;
    const isBeside = needs === 'processor';
    const serial = onStack.includes(needs);
    const counts = await runJest({ ...run, environment, folders, signal, serial, isBeside });
    tally = add(tally, counts);
  });
}

async function timed<T>(name: string, { say, signal }: System, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  progress.stage = name;
  const stageStartedMs = performance.now();
  say(`\n> ${name}`);
  const result = await work();
  say(`> ${name}: ${secondsSince(stageStartedMs)} s`);
  return result;
}

async function withinLimit(work: () => Promise<void>): Promise<void> {
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    tally = add(tally, lostRun);
    limit.reject(
      new StackFailure(`The tests took longer than ${limitMinutes} minutes and were ended during ${progress.stage}.`),
    );
  }, limitMinutes * 60_000);
  try {
    await Promise.race([work(), limit.promise]);
  } finally {
    clearTimeout(timer);
  }
}
