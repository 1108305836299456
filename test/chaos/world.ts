import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { clearState } from '../../stack/data-of-a-run.ts';
import { developmentEnvironment, isolated } from '../../stack/development-environment.ts';
import { startStack, type System } from '../../stack/embedded-stack.ts';
import type { ProgramName } from '../../stack/launch.ts';
import { findFreePorts } from '../../stack/ports.ts';
import { developmentSecrets, type Secrets } from '../../stack/secrets.ts';
import { migrate, ourServices, type Service, startService } from '../../stack/services.ts';
import { createDevelopmentToken } from '../../src/composition/development-token.ts';
import { type Cluster, startCluster } from './cluster/cluster.ts';
import { awaitInSync } from './cluster/in-sync.ts';
import type { Evidence } from './evidence.ts';
import type { Keeper, Member } from './keeper.ts';
import { goodCard } from './load.ts';
import { ownFolders } from './own-folders.ts';
import { openVersions, type Versions } from './versions.ts';

/** What the system consists of. */
export type Make = {
  /** Three brokers and three mongods in place of one each. */
  readonly cluster: boolean;
  /** A commit whose processes run beside those of this version; null: one version. */
  readonly earlier: string | null;
};

/** A whole system of its own, with a second consumers process, and the addresses and tokens for it. */
export type World = {
  readonly api: string;
  readonly sandbox: string;
  readonly brokers: string;
  readonly mongodb: string;
  readonly cluster: Cluster | null;
  readonly versions: Versions | null;
  readonly staff: Readonly<Record<string, string>>;
  readonly tokenOf: (userId: string) => Promise<string>;
  readonly email: string;
  readonly canaries: Evidence['canaries'];
  readonly logs: readonly string[];
};

/** The cluster asks for the copies that production asks for. */
const copies = { KAFKA_REPLICAS: '3' };

const rootOf = (versions: Versions | null, member: Member): Pick<System, 'root'> =>
  versions === null ? {} : { root: versions.rootOf(member) };

const canariesOf = (token: string, email: string, secrets: Secrets): Evidence['canaries'] => [
  { name: 'a token', text: token },
  { name: 'a card number', text: goodCard },
  { name: 'an e-mail address', text: email },
  { name: 'the secret of the tokens', text: secrets.JWT_SECRET_KEY },
  { name: 'the encryption key', text: secrets.ENCRYPTION_KEY },
];

/** In the middle of a roll-out this version's deploy step has run after the earlier one's. */
async function migrateAll(system: System, environment: NodeJS.ProcessEnv, versions: Versions | null): Promise<void> {
  if (versions !== null) await migrate({ ...system, root: versions.earlierRoot }, environment, ourServices);
  await migrate(system, environment, ourServices);
}

/** The keeper is the caller's, who stops it also when the world could not be opened. */
export async function openWorld(
  { cluster: isCluster, earlier }: Make,
  supervised: System,
  keeper: Keeper,
): Promise<World> {
  clearState(supervised.folders);
  const { folders, ports } = supervised;
  const versions = earlier === null ? null : openVersions(earlier, join(folders.data, 'earlier'));
  const cluster = isCluster ? await startCluster(keeper, supervised) : null;
  // The first election takes ten seconds, which is longer than a server that is named may take to answer.
  if (cluster !== null) await awaitInSync(cluster, 'mongod', supervised.signal);
  const addresses = await startStack({
    ...keeper.system,
    environment: { ...keeper.system.environment, ...cluster?.addresses },
  });
  const secrets = developmentSecrets(folders.data, {});
  const table = developmentEnvironment({ mode: 'test', data: folders.data, ports, addresses, secrets, security: null });
  const environment = isolated({ ...table, ...(isCluster ? copies : {}) }, process.env);
  await migrateAll(supervised, environment, versions);
  const hire = (member: Member, service: Service, system: System): Promise<void> =>
    keeper.hire(member, {
      system,
      start: (watched) => startService(service, { ...watched, ...rootOf(versions, member) }, environment),
    });
  mkdirSync(join(folders.data, 'sandbox'), { recursive: true });
  for (const group of ourServices.groups)
    await Promise.all(group.map((service) => hire(service.name, service, supervised)));
  // Only now: the first process must listen already, so that the free ports of the second are other ones.
  const second = { ...ports, consumersMetrics: (await findFreePorts()).consumersMetrics };
  const secondFolders = await ownFolders(join(folders.data, 'second'));
  await hire('consumers 2', serviceNamed('consumers'), { ...supervised, folders: secondFolders, ports: second });
  const token = await createDevelopmentToken({ userId: randomUUID(), superuser: true }, environment);
  const email = `canary-${randomUUID()}@example.org`;
  return {
    api: `http://127.0.0.1:${ports.api}`,
    sandbox: `http://127.0.0.1:${ports.sandbox}`,
    brokers: addresses.KAFKA_BROKERS,
    mongodb: addresses.MONGODB_URL,
    cluster,
    versions,
    staff: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    tokenOf: (userId) => createDevelopmentToken({ userId }, environment),
    email,
    canaries: canariesOf(token, email, secrets),
    logs: [folders.logs, secondFolders.logs, ...(cluster?.logs ?? [])],
  };
}

function serviceNamed(name: ProgramName): Service {
  const service = ourServices.groups.flat().find((one) => one.name === name);
  if (service === undefined) throw new Error(`No service of ours is called ${name}`);
  return service;
}
