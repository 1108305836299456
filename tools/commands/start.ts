import { randomUUID } from 'node:crypto';
import { developmentEnvironment, overridable } from '../../stack/development-environment.ts';
import { embeddedPorts, startStack, type System } from '../../stack/embedded-stack.ts';
import { commands } from '../command-line/commands.ts';
import { readCommandLine } from '../../src/composition/command-line/read-command-line.ts';
import { firstPurchase } from '../development/first-purchase.ts';
import { firstScreen } from '../development/first-screen.ts';
import { developmentData } from '../../stack/folders.ts';
import { configuredPorts, refuseBusyPorts } from '../../stack/ports.ts';
import { recordEnvironment } from '../../stack/running-environment.ts';
import { developmentSecrets } from '../../stack/secrets.ts';
import { migrate, ourServices, secondsSince, servicePorts, startServices } from '../../stack/services.ts';
import { say, supervise } from '../../stack/supervise.ts';
import { untilAborted } from '../../stack/wait-until.ts';

const { values } = readCommandLine(commands.start);

const startedMs = performance.now();

process.exitCode = await supervise(
  {
    data: developmentData(process.env),
    environment: process.env,
    choosePorts: () => configuredPorts(process.env),
    isSecure: values.secure === true,
  },
  start,
);

async function start(system: System): Promise<void> {
  const { environment, ports, folders, security } = system;
  await refuseBusyPorts(ports, [...embeddedPorts(environment), ...servicePorts()]);
  say('Starting cinema-billing ...');
  const addresses = await startStack(system);
  const secrets = developmentSecrets(folders.data, environment);
  const facts = { mode: 'development', data: folders.data, ports, addresses, secrets, security } as const;
  const table = developmentEnvironment(facts);
  const childEnvironment = overridable(table, environment);
  recordEnvironment(folders, table, childEnvironment);
  await migrate(system, childEnvironment, ourServices);
  await startServices(system, childEnvironment, ourServices);
  const userId = randomUUID();
  const purchase = await firstPurchase(`http://127.0.0.1:${ports.api}/`, userId, childEnvironment);
  say(firstScreen({ ports, addresses, folders, purchase, userId, seconds: secondsSince(startedMs) }));
  await untilAborted(system.signal);
}
