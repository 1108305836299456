import { randomUUID } from 'node:crypto';
import { clearState } from '../../stack/data-of-a-run.ts';
import { developmentEnvironment, isolated } from '../../stack/development-environment.ts';
import { startOneServer, startStack, type System } from '../../stack/embedded-stack.ts';
import type { ProgramName, Running } from '../../stack/launch.ts';
import { developmentSecrets } from '../../stack/secrets.ts';
import { migrate, ourServices, startService, startServices } from '../../stack/services.ts';
import { connectMongo, type MongoConnection } from '../../src/adapters/mongo/connection.ts';
import { type BillingClient, openBillingClient } from '../../tools/client/billing-client.ts';
import { eventually } from '../../tools/client/eventually.ts';
import { createSandboxClient, type SandboxClient } from '../../tools/client/sandbox-client.ts';

/** The running system, and what breaks it. */
export type Stage = {
  readonly system: System;
  readonly environment: NodeJS.ProcessEnv;
  readonly brokers: readonly string[];
  readonly mongo: MongoConnection;
  readonly sandbox: SandboxClient;
  readonly staff: BillingClient;
  readonly userOf: (userId: string) => Promise<BillingClient>;
  /** A subscriber who has bought a month, on a test clock where one is named, and may watch. */
  readonly subscriber: (clock?: string) => Promise<Subscriber>;
  readonly clearFaults: () => Promise<void>;
  /** Where the provider sends its notifications. */
  readonly notificationUrl: string;
  readonly signal: (name: ProgramName, signal: 'SIGSTOP' | 'SIGCONT') => void;
  readonly kill: (name: ProgramName) => Promise<void>;
  /** Starts a killed process again, and waits until it is healthy. */
  readonly start: (name: ProgramName) => Promise<void>;
};

export type Subscriber = { readonly userId: string; readonly user: BillingClient };

/** A command and what follows it take seconds; a machine under load ten times that. */
export const stageWait = { patienceMs: 60_000, everyMs: 200 };

function processesOf(system: System, running: ReadonlyMap<ProgramName, Running>, environment: NodeJS.ProcessEnv) {
  const pidOf = (name: ProgramName): number => {
    const one = running.get(name);
    if (one === undefined || one.hasEnded()) throw new Error(`${name} does not run`);
    return one.identity.pid;
  };
  return {
    signal: (name: ProgramName, signal: 'SIGSTOP' | 'SIGCONT'): void => void process.kill(pidOf(name), signal),
    kill: async (name: ProgramName): Promise<void> => {
      process.kill(pidOf(name), 'SIGKILL');
      await running.get(name)?.ended;
    },
    start: async (name: ProgramName): Promise<void> => {
      const service = ourServices.groups.flat().find((one) => one.name === name);
      if (service !== undefined) await startService(service, system, environment);
      else await startOneServer('MONGODB_URL', system);
    },
  };
}

export async function openStage(supervised: System): Promise<Stage> {
  clearState(supervised.folders);
  const running = new Map<ProgramName, Running>();
  const system: System = { ...supervised, watch: (one) => void running.set(one.name, one) };
  const { folders, ports } = system;
  const addresses = await startStack(system);
  const secrets = developmentSecrets(folders.data, {});
  const table = developmentEnvironment({ mode: 'test', data: folders.data, ports, addresses, secrets, security: null });
  // A month of a test clock passes in seconds, and hundreds of notifications come from one address.
  const environment = isolated({ ...table, RATE_LIMIT_PER_MINUTE: '60000' }, process.env);
  await migrate(system, environment, ourServices);
  await startServices(system, environment, ourServices);
  const api = `http://127.0.0.1:${ports.api}`;
  const provider = `http://127.0.0.1:${ports.sandbox}`;
  const sandbox = createSandboxClient(provider);
  const userOf = (userId: string): Promise<BillingClient> => openBillingClient(api, { userId }, environment);
  return {
    ...{ system, environment, sandbox, userOf },
    brokers: addresses.KAFKA_BROKERS.split(','),
    mongo: await connectMongo({ url: addresses.MONGODB_URL, serverSelectionTimeoutMs: 30_000 }),
    staff: await openBillingClient(api, { userId: randomUUID(), superuser: true }, environment),
    clearFaults: async () => {
      await fetch(`${provider}/_sandbox/faults`, { method: 'DELETE' });
    },
    notificationUrl: environment['SANDBOX_NOTIFICATION_URL'] ?? '',
    subscriber: async (clock) => {
      const userId = randomUUID();
      const user = await userOf(userId);
      await user.buy('month', clock === undefined ? {} : { headers: { 'X-Test-Clock': clock } });
      await sandbox.payPage(userId);
      await eventually(
        () => user.entitlement(),
        ({ json }) => json['active'] === true,
        stageWait,
      );
      return { userId, user };
    },
    ...processesOf(system, running, environment),
  };
}
