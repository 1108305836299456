import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, MongoClient } from 'mongodb';
import type { Downloads } from './downloads.ts';
import type { Folders } from './folders.ts';
import type { Program } from './launch.ts';
import { refuseMissingLibraries } from './machine.ts';
import type { Ports } from './ports.ts';

const cacheGb = 0.25;
const probeTimeoutMs = 1000;
const replicaSet = 'rs0';
/** Error code of a replica set that was never initiated. */
const notYetInitialized = 94;

export function mongodProgram(downloads: Downloads, ports: Ports, folders: Folders): Program {
  refuseMissingLibraries(downloads.mongod);
  const home = join(folders.data, 'mongodb');
  mkdirSync(home, { recursive: true });
  return {
    name: 'mongod',
    command: downloads.mongod,
    args: [
      ...['--dbpath', home],
      ...['--port', String(ports.mongodb)],
      ...['--bind_ip', '127.0.0.1'],
      ...['--replSet', replicaSet],
      ...['--wiredTigerCacheSizeGB', String(cacheGb)],
      ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
    ],
    environment: { PATH: process.env['PATH'] },
    workingFolder: home,
  };
}

export function mongodbUrl(ports: Ports): string {
  return `mongodb://127.0.0.1:${ports.mongodb}/billing?replicaSet=${replicaSet}`;
}

/** Is it the primary of its set of one? Initiates the set when it is new or its port has changed. */
export async function mongodLeads(ports: Ports): Promise<boolean> {
  const address = `127.0.0.1:${ports.mongodb}`;
  return withClient(`mongodb://${address}/?directConnection=true`, async (client) => {
    const admin = client.db('admin');
    const hello = await admin.command({ hello: 1 });
    if (hello['isWritablePrimary'] === true && hello['me'] === address) return true;
    const members = [{ _id: 0, host: address }];
    try {
      const config = configOf(await admin.command({ replSetGetConfig: 1 }));
      if (config.members[0]?.host !== address)
        await admin.command({ replSetReconfig: { ...config, version: config.version + 1, members }, force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === notYetInitialized)) throw error;
      await admin.command({ replSetInitiate: { _id: replicaSet, members } });
    }
    return false;
  });
}

type SetConfiguration = { readonly version: number; readonly members: readonly { readonly host: string }[] };

function configOf(answer: Document): SetConfiguration {
  return answer['config'] as SetConfiguration;
}

export async function mongodbAnswers(url: string): Promise<boolean> {
  return withClient(url, async (client) => (await client.db().command({ ping: 1 }))['ok'] === 1);
}

async function withClient(url: string, ask: (client: MongoClient) => Promise<boolean>): Promise<boolean> {
  const client = new MongoClient(url, {
    serverSelectionTimeoutMS: probeTimeoutMs,
    connectTimeoutMS: probeTimeoutMs,
  });
  try {
    await client.connect();
    return await ask(client);
  } finally {
    await client.close();
  }
}
