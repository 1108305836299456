import { randomUUID } from 'node:crypto';
import { clearState } from '../../stack/data-of-a-run.ts';
import { developmentEnvironment, isolated } from '../../stack/development-environment.ts';
import { startStack, type System } from '../../stack/embedded-stack.ts';
import { findFreePorts } from '../../stack/ports.ts';
import { developmentSecrets } from '../../stack/secrets.ts';
import { migrate, ourServices, startServices } from '../../stack/services.ts';
import { createDevelopmentToken } from '../../src/composition/development-token.ts';
import type { Evidence } from './evidence.ts';
import { createKeeper, type Keeper } from './keeper.ts';
import { goodCard } from './load.ts';

/** A whole system of its own, with a second consumers process, and the addresses and tokens for it. */
export type World = {
  readonly api: string;
  readonly sandbox: string;
  readonly brokers: string;
  readonly mongodb: string;
  readonly keeper: Keeper;
  readonly staff: Readonly<Record<string, string>>;
  readonly tokenOf: (userId: string) => Promise<string>;
  readonly email: string;
  readonly canaries: Evidence['canaries'];
  readonly logs: readonly string[];
};

export async function openWorld(supervised: System): Promise<World> {
  clearState(supervised.folders);
  const { folders, ports } = supervised;
  const keeper = createKeeper(supervised);
  const addresses = await startStack(keeper.system);
  const secrets = developmentSecrets(folders.data, {});
  const table = developmentEnvironment({ mode: 'test', data: folders.data, ports, addresses, secrets, security: null });
  const environment = isolated(table, process.env);
  await migrate(supervised, environment, ourServices);
  await startServices(keeper.system, environment, ourServices);
  // Only now: the first process must listen already, so that the free ports of the second are other ones.
  await keeper.startSecondConsumers(environment, {
    ...ports,
    consumersMetrics: (await findFreePorts()).consumersMetrics,
  });
  const token = await createDevelopmentToken({ userId: randomUUID(), superuser: true }, environment);
  const email = `canary-${randomUUID()}@example.org`;
  return {
    api: `http://127.0.0.1:${ports.api}`,
    sandbox: `http://127.0.0.1:${ports.sandbox}`,
    brokers: addresses.KAFKA_BROKERS,
    mongodb: addresses.MONGODB_URL,
    keeper,
    staff: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    tokenOf: (userId) => createDevelopmentToken({ userId }, environment),
    email,
    canaries: [
      { name: 'a token', text: token },
      { name: 'a card number', text: goodCard },
      { name: 'an e-mail address', text: email },
      { name: 'the secret of the tokens', text: secrets.JWT_SECRET_KEY },
      { name: 'the encryption key', text: secrets.ENCRYPTION_KEY },
    ],
    logs: [folders.logs, `${folders.data}/second/logs`],
  };
}
