import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Db } from 'mongodb';
import { openKafka, withAdmin } from '../read-log.ts';
import type { Cluster } from './cluster.ts';
import { nodeIds, type NodeName } from './nodes.ts';

/** What a node is at this moment. `leader` leads most partitions, and `follower` fewest. */
export type Role = 'leader' | 'controller' | 'follower' | 'primary' | 'secondary';

/** Brokers in the order of how many of our partitions they lead; the one that leads most is first. */
async function leaders({ addresses }: Cluster): Promise<readonly number[]> {
  const { topics } = await withAdmin(openKafka(addresses.KAFKA_BROKERS), (admin) => admin.fetchTopicMetadata());
  const led = topics.flatMap(({ partitions }) => partitions.map(({ leader }) => leader));
  const countOf = (id: number): number => led.filter((leader) => leader === id).length;
  return nodeIds.toSorted((one, other) => countOf(other) - countOf(one));
}

type QuorumState = { readonly leaderId: number; readonly leaderEpoch: number };

/** No request of kafkajs asks for it, and each node notes it on its disk. The newest note is right. */
function controller(cluster: Cluster): number {
  const notes = nodeIds.flatMap((id) => {
    const path = join(cluster.folderOf(id), 'kafka/data/__cluster_metadata-0/quorum-state');
    return existsSync(path) ? [JSON.parse(readFileSync(path, 'utf8')) as QuorumState] : [];
  });
  const known = notes.filter(({ leaderId }) => leaderId > 0);
  const newest = known.toSorted((one, other) => other.leaderEpoch - one.leaderEpoch)[0];
  if (newest === undefined) throw new Error('No node knows the controller');
  return newest.leaderId;
}

async function primary({ places }: Cluster, db: Db): Promise<number> {
  const { primary: address } = await db.admin().command({ hello: 1 });
  const place = places.find(({ addresses }) => address === `127.0.0.1:${addresses.mongodb}`);
  if (place === undefined) throw new Error(`The primary ${String(address)} is no node of the cluster`);
  return place.id;
}

async function idOf(role: Role, cluster: Cluster, db: Db): Promise<number> {
  if (role === 'controller') return controller(cluster);
  if (role === 'primary') return primary(cluster, db);
  if (role === 'secondary') return ((await primary(cluster, db)) % nodeIds.length) + 1;
  const brokers = await leaders(cluster);
  return brokers.at(role === 'leader' ? 0 : -1) ?? 0;
}

/** The node that has this role now. */
export async function nodeWith(role: Role, cluster: Cluster, db: Db): Promise<NodeName> {
  const id = await idOf(role, cluster, db);
  const known = nodeIds.find((one) => one === id);
  if (known === undefined) throw new Error(`The ${role} has the unknown id ${id}`);
  return role === 'primary' || role === 'secondary' ? `mongod ${known}` : `kafka ${known}`;
}
