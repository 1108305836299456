import { spawnSync } from 'node:child_process';
import { hasProgram } from './find-program.ts';

export type Machine = {
  readonly has: (program: string) => boolean;
  readonly engineAnswers: boolean;
  readonly isRoot: boolean;
  readonly platform: string;
};

/** What an engine of our own needs, and the package that has it on Debian and Ubuntu. */
const packageOf = {
  docker: 'docker.io',
  dockerd: 'docker.io',
  'docker-compose': 'docker-compose',
  iptables: 'iptables',
  mmdebstrap: 'mmdebstrap',
} as const;

const askTimeoutMs = 10_000;

export function readMachine(environment: NodeJS.ProcessEnv): Machine {
  const answers = (...args: string[]): boolean =>
    spawnSync('docker', args, { env: environment, stdio: 'ignore', timeout: askTimeoutMs }).status === 0;
  const composePlugin = answers('compose', 'version');
  return {
    has: (program) => hasProgram(program, environment) || (program === 'docker-compose' && composePlugin),
    // `docker info` itself ends with 0 where no engine answers.
    engineAnswers: answers('version', '--format', '{{.Server.Version}}'),
    isRoot: process.getuid?.() === 0,
    platform: `${process.platform}-${process.arch}`,
  };
}

/** One line about what must be there first, or null. */
export function whatIsMissing({ has, engineAnswers, isRoot, platform }: Machine): string | null {
  if (engineAnswers)
    return has('docker-compose') ? null : 'Docker runs, but Compose is missing: install it and try again.';
  const start = 'No container engine runs: start Docker';
  if (platform !== 'linux-x64') return `${start}. An engine of its own can be started on Linux x86-64 only.`;
  const missing = Object.entries(packageOf).flatMap(([program, name]) => (has(program) ? [] : [name]));
  const packages = [...new Set(missing)].join(' ');
  if (missing.length > 0) return `${start}, or install what an engine of its own needs: apt-get install ${packages}`;
  return isRoot ? null : `${start}, or run this as root, so that it can start an engine of its own.`;
}
