import { join } from 'node:path';
import type { Place } from '../../../stack/cluster.ts';
import { type StackAddresses, startOneServer, type System } from '../../../stack/embedded-stack.ts';
import { initiateSet, mongodbSetUrl } from '../../../stack/mongod.ts';
import type { Folders } from '../../../stack/folders.ts';
import { findFreePorts, type Ports } from '../../../stack/ports.ts';
import { waitUntil } from '../../../stack/wait-until.ts';
import type { Keeper } from '../keeper.ts';
import { ownFolders } from '../own-folders.ts';
import { createNetwork, type Network } from './network.ts';
import { type NodeId, nodeIds, type NodeKind, nodeKinds, type NodeName } from './nodes.ts';

/** Three brokers and three mongods, each of which all others reach through the network alone. */
export type Cluster = {
  readonly addresses: Pick<StackAddresses, 'KAFKA_BROKERS' | 'MONGODB_URL'>;
  readonly network: Network<NodeName>;
  readonly places: readonly Place[];
  /** Where the node keeps its data and logs. */
  readonly folderOf: (id: number) => string;
  readonly logs: readonly string[];
};

/** A mongod listens within seconds; on a loaded machine, three of them beside three starts of Java took half a minute. */
const initiateMsMax = 60_000;
const pollMs = 200;

const settings = { kafka: 'KAFKA_BROKERS', mongod: 'MONGODB_URL' } as const;

type Site = { readonly id: NodeId; readonly ports: Ports; readonly folders: Folders; readonly place: Place };

async function openSite(network: Network<NodeName>, id: NodeId, ports: Ports, data: string): Promise<Site> {
  const [kafka, kafkaController, mongodb] = await Promise.all([
    network.openWayTo(`kafka ${id}`, ports.kafka),
    network.openWayTo(`kafka ${id}`, ports.kafkaController),
    network.openWayTo(`mongod ${id}`, ports.mongodb),
  ]);
  return { id, ports, folders: await ownFolders(data), place: { id, addresses: { kafka, kafkaController, mongodb } } };
}

/** One after the other: the ports of a node are those that the ones before it do not have. */
async function openSites(network: Network<NodeName>, { ports, folders }: System): Promise<readonly Site[]> {
  const sites: Site[] = [];
  for (const id of nodeIds) {
    const taken = [ports, ...sites.map((site) => site.ports)].flatMap((all) => Object.values(all));
    sites.push(await openSite(network, id, await findFreePorts(taken), join(folders.data, `node-${id}`)));
  }
  return sites;
}

async function initiate(members: readonly number[], asked: number, signal: AbortSignal): Promise<void> {
  const isDone = async (): Promise<boolean> => {
    await initiateSet(asked, members);
    return true;
  };
  if (await waitUntil(isDone, { timeoutMs: initiateMsMax, intervalMs: pollMs, signal })) return;
  throw new Error('Three mongods could not be made a replica set');
}

/** Starts six empty servers that the keeper restarts, and makes them a cluster. */
export async function startCluster(keeper: Keeper, supervised: System): Promise<Cluster> {
  const network = createNetwork<NodeName>(keeper.pid);
  const sites = await openSites(network, supervised);
  const places = sites.map(({ place }) => place);
  const members = places.map(({ addresses }) => addresses.mongodb);
  const hire = (kind: NodeKind, { id, ports, folders }: Site): Promise<void> =>
    keeper.hire(`${kind} ${id}`, {
      system: { ...supervised, ports, folders, cluster: { id, places } },
      start: (watched) => startOneServer(settings[kind], watched),
    });
  // All starts are awaited before the first failure is reported: none may still be launching a process after that.
  const starts = await Promise.allSettled([
    ...sites.flatMap((site) => nodeKinds.map((kind) => hire(kind, site))),
    initiate(members, sites[0]?.ports.mongodb ?? 0, supervised.signal),
  ]);
  for (const start of starts) if (start.status === 'rejected') throw start.reason;
  return {
    addresses: {
      KAFKA_BROKERS: places.map(({ addresses }) => `127.0.0.1:${addresses.kafka}`).join(','),
      MONGODB_URL: mongodbSetUrl(members),
    },
    network,
    places,
    folderOf: (id) => join(supervised.folders.data, `node-${id}`),
    logs: sites.map(({ folders }) => folders.logs),
  };
}
