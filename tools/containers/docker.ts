import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { System } from '../../stack/embedded-stack.ts';
import { projectRoot } from '../../stack/folders.ts';
import { logTail } from '../../stack/log-tail.ts';
import { StackFailure } from '../../stack/stack-failure.ts';
import { searchPath } from './find-program.ts';

export type Call = {
  /** Names the log of the call. */
  readonly log: string;
  readonly timeoutMs: number;
  /** A file that is sent to its standard input. */
  readonly input?: string;
  /** Cleans up, so it runs to its end also after Ctrl-C. */
  readonly evenIfStopped?: boolean;
};
/** Runs a program to its end and returns what it printed. A failure shows the end of its log. */
export type Run = (command: string, args: readonly string[], call: Call) => Promise<string>;

export type Docker = {
  readonly answers: () => Promise<boolean>;
  readonly run: Run;
  readonly docker: (args: readonly string[], call: Call) => Promise<string>;
  readonly compose: (args: readonly string[], call: Call) => Promise<string>;
  /** The ids of the containers of a service that run. The engine is asked, as Compose takes a second for each word. */
  readonly containersOf: (service: string, call: Call) => Promise<readonly string[]>;
};

/** What a call takes of the shell: settings of ours that the shell holds must not change what is tried. */
const kept = ['HOME', 'DOCKER_HOST', 'DOCKER_CONFIG', 'DOCKER_CONTEXT', 'SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS'];
const shownLines = 25;
const askTimeoutMs = 10_000;
/** Apart from a system that the user runs from the same file. */
const project = 'cinema-billing-trial';

export function openDocker(system: System, engine: NodeJS.ProcessEnv): Docker {
  const machine = Object.entries(system.environment).filter(([name]) => kept.includes(name));
  const environment = {
    ...Object.fromEntries(machine),
    PATH: searchPath(system.environment),
    ...engine,
    ...portVariables(system),
  };
  const ask = (args: readonly string[]): boolean =>
    spawnSync('docker', args, { env: environment, stdio: 'ignore', timeout: askTimeoutMs }).status === 0;
  const [command, ...first] = ask(['compose', 'version']) ? ['docker', 'compose'] : ['docker-compose'];
  const run: Run = (name, args, call) => runLogged(system, environment, [name, ...args], call);
  const docker: Docker['docker'] = (args, call) => run('docker', args, call);
  return {
    answers: async () => Promise.resolve(ask(['version', '--format', '{{.Server.Version}}'])),
    run,
    docker,
    compose: (args, call) => run(command, [...first, '--project-name', project, ...args], call),
    containersOf: async (service, call) => {
      const labels = { project, service };
      const filters = Object.entries(labels).map(
        ([name, value]) => `--filter=label=com.docker.compose.${name}=${value}`,
      );
      return (await docker(['ps', '--quiet', ...filters], call)).split('\n').filter((id) => id !== '');
    },
  };
}

/** The trial moves every port, so that it runs beside `npm start`. */
const portVariables = ({ ports }: System): Record<string, string> => ({
  PROJECT_PORT: String(ports.api),
  SANDBOX_PORT: String(ports.sandbox),
  API_METRICS_PORT: String(ports.apiMetrics),
  JOBS_METRICS_PORT: String(ports.jobsMetrics),
  STACK_KAFKA_PORT: String(ports.kafka),
  STACK_MONGODB_PORT: String(ports.mongodb),
  STACK_REGISTRY_PORT: String(ports.registry),
});

async function runLogged(
  { folders, signal }: System,
  environment: NodeJS.ProcessEnv,
  [command, ...args]: readonly [string, ...string[]],
  { log: name, timeoutMs, input, evenIfStopped = false }: Call,
): Promise<string> {
  const logPath = join(folders.logs, `${name}.log`);
  const log = openSync(logPath, 'a');
  writeSync(log, `\n$ ${command} ${args.join(' ')}\n`);
  const source = input === undefined ? null : openSync(input, 'r');
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const child = spawn(command, args, {
      cwd: projectRoot,
      env: environment,
      stdio: [source ?? 'ignore', 'pipe', log],
      signal: evenIfStopped ? timeout : AbortSignal.any([signal, timeout]),
    });
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      writeSync(log, chunk);
    });
    const failure = await new Promise<string | null>((resolve) => {
      child.once('error', (error) => resolve(`could not be run: ${error.message}`));
      child.once('close', (code, by) => resolve(code === 0 ? null : `ended with ${String(code ?? by)}`));
    });
    if (!evenIfStopped) signal.throwIfAborted();
    if (failure === null) return output;
    const end = timeout.aborted ? `did not end within ${timeoutMs / 1000} s` : failure;
    const shown = `${command} ${args.slice(0, 4).join(' ')}`;
    throw new StackFailure(`${shown} … ${end}; its log is ${logPath}.`, logTail(logPath, shownLines));
  } finally {
    if (source !== null) closeSync(source);
    closeSync(log);
  }
}
