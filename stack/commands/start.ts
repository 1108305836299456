import { randomUUID } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { developmentEnvironment, overridable } from '../development-environment.ts';
import { embeddedPorts, startStack } from '../embedded-stack.ts';
import type { System } from '../embedded-stack.ts';
import { firstScreen } from '../first-screen.ts';
import { developmentData } from '../folders.ts';
import { configuredPorts, refuseBusyPorts } from '../ports.ts';
import { nodeFlags } from '../run-node.ts';
import { recordEnvironment } from '../running-environment.ts';
import { developmentSecrets } from '../secrets.ts';
import { migrate, ourServices, secondsSince, servicePorts, startServices } from '../services.ts';
import { say, supervise } from '../supervise.ts';
import { untilAborted } from '../wait-until.ts';

// npm start: the whole system on one machine, in the foreground, until Ctrl-C or npm stop.

const startedMs = performance.now();

process.exitCode = await supervise(
  {
    data: developmentData(process.env),
    environment: process.env,
    choosePorts: () => configuredPorts(process.env),
  },
  start,
);

async function start(system: System): Promise<void> {
  const { environment, ports, folders } = system;
  await refuseBusyPorts(ports, [...embeddedPorts(environment), ...servicePorts()]);
  say('Starting cinema-billing ...');
  const addresses = await startStack(system);
  const secrets = developmentSecrets(folders.data, environment);
  const table = developmentEnvironment({ mode: 'development', data: folders.data, ports, addresses, secrets });
  recordEnvironment(folders, table);
  const childEnvironment = overridable(table, environment);
  await migrate(system, childEnvironment, ourServices);
  await startServices(system, childEnvironment, ourServices);
  const userId = randomUUID();
  const token = developmentToken(userId, childEnvironment);
  say(firstScreen({ ports, addresses, folders, token, userId, seconds: secondsSince(startedMs) }));
  await untilAborted(system.signal);
}

/** Made by the same command that the screen names, in a process whose environment is the services' own. */
function developmentToken(userId: string, environment: NodeJS.ProcessEnv): string | undefined {
  const program = join(import.meta.dirname, 'token.ts');
  if (!existsSync(program)) return undefined;
  const made = spawnSync(process.execPath, [...nodeFlags, program, '--user', userId], {
    env: environment,
    encoding: 'utf8',
  });
  return made.status === 0 ? made.stdout.trim().split('\n').at(-1) : undefined;
}
