import { clearState } from '../../../stack/data-of-a-run.ts';
import { developmentEnvironment, isolated } from '../../../stack/development-environment.ts';
import { startStack, type System } from '../../../stack/embedded-stack.ts';
import { developmentSecrets } from '../../../stack/secrets.ts';
import { migrate, ourServices, startService } from '../../../stack/services.ts';
import { connectMongo, type MongoConnection } from '../../../src/adapters/mongo/connection.ts';
import { createDevelopmentToken } from '../../../src/composition/development-token.ts';
import type { Shop } from './buyers.ts';
import { createDeployment, type Deployment } from './pods.ts';

/** What all processes together may ask of the provider; a few of them reach it, for a limit that is never reached proves nothing. */
export const whole = { slots: 80, perSecond: 120 };
/** What one person may, in all processes of the API together. */
export const personPerSecond = 10;
const answerMs = 150;
const apiPods = 3;
const limits = {
  PROVIDER_SLOTS: String(whole.slots),
  PROVIDER_REQUESTS_PER_SECOND: String(whole.perSecond),
  RATE_LIMIT_PER_MINUTE: String(personPerSecond * 60),
};

export type Scene = {
  readonly system: System;
  readonly sandbox: string;
  readonly brokers: string;
  readonly mongo: MongoConnection;
  readonly shop: Shop;
  /** Pods that carry out commands; none yet. */
  readonly consumers: Deployment;
  readonly apis: Deployment;
};

/** A whole system of its own with three processes of the API; one process reads all topics but the commands. */
export async function openScene(system: System): Promise<Scene> {
  clearState(system.folders);
  const { folders, ports } = system;
  const addresses = await startStack(system);
  const secrets = developmentSecrets(folders.data, {});
  const table = developmentEnvironment({ mode: 'test', data: folders.data, ports, addresses, secrets, security: null });
  const environment: NodeJS.ProcessEnv = { ...isolated(table, process.env), ...limits, LOG_LEVEL: 'warn' };
  await migrate(system, environment, ourServices);
  for (const service of ourServices.groups.flat()) {
    const named = service.name === 'consumers' ? { CONSUMERS: 'hints,timers,keeper,letters' } : {};
    if (service.name !== 'api') await startService(service, system, { ...environment, ...named });
  }
  const apis = createDeployment('api', system, environment);
  const sandbox = `http://127.0.0.1:${ports.sandbox}`;
  const latency = { on: 'POST /v3/payments', kind: 'latency', ms: answerMs, times: 1_000_000 };
  await fetch(`${sandbox}/_sandbox/faults`, { method: 'POST', body: JSON.stringify(latency) });
  apis.scale(apiPods);
  await apis.settled();
  const addressesOfApis = apis.ports().map(({ api }) => `http://127.0.0.1:${api}`);
  const tariffs = await (await fetch(`${addressesOfApis[0]}/api/v1/tariffs`)).json();
  return {
    system,
    sandbox,
    brokers: addresses.KAFKA_BROKERS,
    mongo: await connectMongo({ url: addresses.MONGODB_URL, serverSelectionTimeoutMs: 30_000 }),
    shop: {
      apis: addressesOfApis,
      tariffId: (tariffs as readonly { readonly id: string }[])[0]?.id ?? '',
      tokenOf: (userId) => createDevelopmentToken({ userId }, environment),
    },
    consumers: createDeployment('consumers', system, { ...environment, CONSUMERS: 'commands' }),
    apis,
  };
}

export async function closeScene({ consumers, apis, mongo }: Scene): Promise<void> {
  await Promise.all([consumers.stop(), apis.stop()]);
  await mongo.close();
}
