import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, MongoClient } from 'mongodb';
import type { Program } from './launch.ts';
import { refuseMissingLibraries } from './machine.ts';
import type { Ports } from './ports.ts';
import {
  isUserMissing,
  makeAdmin,
  makeServiceUser,
  mongodbAddressParts,
  mongodbSecurityArgs,
} from './secure/mongodb-security.ts';
import { adminUser, type Security, serviceUser } from './secure/security.ts';
import type { Site } from './site.ts';

const cacheGb = 0.25;
const probeTimeoutMs = 1000;
const replicaSet = 'rs0';
/** Error code of a replica set that was never initiated. */
const notYetInitialized = 94;

export function mongodProgram({ downloads, ports, folders, security }: Site): Program {
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
      ...(security === null ? [] : mongodbSecurityArgs(security)),
    ],
    environment: { PATH: process.env['PATH'] },
    workingFolder: home,
  };
}

export function mongodbUrl(ports: Ports, security: Security | null): string {
  const { user, options } = mongodbAddressParts(security, serviceUser);
  return `mongodb://${user}127.0.0.1:${ports.mongodb}/billing?replicaSet=${replicaSet}${options}`;
}

/** All members of a set, by the ports where they are reached. A driver asks the next one when one does not answer. */
export const mongodbSetUrl = (ports: readonly number[]): string =>
  `mongodb://${ports.map((port) => `127.0.0.1:${port}`).join(',')}/billing?replicaSet=${replicaSet}`;

/** Makes one set of new, empty mongods: the one that is asked, and others that listen already. */
export async function initiateSet(asked: number, memberPorts: readonly number[]): Promise<void> {
  const members = memberPorts.map((port, index) => ({ _id: index, host: `127.0.0.1:${port}` }));
  await withClient(direct(asked), async (client) => {
    await client.db('admin').command({ replSetInitiate: { _id: replicaSet, members } });
  });
}

/** Has it a place in its set: as the primary, or as a secondary that follows? A mongod without a set has none. */
export const mongodServes = (port: number): Promise<boolean> =>
  withClient(direct(port), async (client) => {
    const hello = await client.db('admin').command({ hello: 1 });
    return hello['isWritablePrimary'] === true || hello['secondary'] === true;
  });

const direct = (port: number): string => `mongodb://127.0.0.1:${port}/?directConnection=true`;

/** Is it the primary of its set of one? Initiates the set when it is new or its port has changed. */
export async function mongodLeads(ports: Ports, security: Security | null): Promise<boolean> {
  const { user, options } = mongodbAddressParts(security, adminUser);
  const place = `127.0.0.1:${ports.mongodb}/?directConnection=true`;
  if (security === null) return leads(`mongodb://${place}`, ports);
  try {
    const own = `mongodb://${user}${place}${options}`;
    if (!(await leads(own, ports))) return false;
    return await withClient(own, async (client) => {
      await makeServiceUser(client, security);
      return true;
    });
  } catch (error) {
    if (!isUserMissing(error)) throw error;
    const set = { _id: replicaSet, members: [{ _id: 0, host: `127.0.0.1:${ports.mongodb}` }] };
    await withClient(`mongodb://${place}&tls=true`, async (client) => makeAdmin(client, { set, security }));
    return false;
  }
}

async function leads(url: string, ports: Ports): Promise<boolean> {
  const address = `127.0.0.1:${ports.mongodb}`;
  return withClient(url, async (client) => {
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

async function withClient<T>(url: string, ask: (client: MongoClient) => Promise<T>): Promise<T> {
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
