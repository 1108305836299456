import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectMongo, type MongoConnection } from '../../../src/adapters/mongo/connection.ts';
import { createSubscriberStore, subscribersOf } from '../../../src/adapters/mongo/subscriber-store.ts';
import { newSubscriber } from '../../../src/domain/model/subscriber.ts';
import { sampleEntry, sampleSave } from '../../contract/samples.ts';
import { openTestDatabase } from './test-database.ts';

/** Forwards to the server, and cuts the connection instead of answering a request that contains `secret`. */
async function openCutter(port: number) {
  const cutter = { secret: randomUUID(), left: 0, cuts: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    const end = (): void => void [near, far].map((socket) => socket.destroy());
    let isAsked = false;
    for (const socket of [near, far]) sockets.add(socket.on('error', end).on('close', end));
    near.on('data', (chunk: Buffer) => {
      isAsked ||= chunk.includes(cutter.secret);
      far.write(chunk);
    });
    far.on('data', (chunk: Buffer) => {
      if (!isAsked || cutter.left === 0) return void near.write(chunk);
      cutter.left -= 1;
      cutter.cuts += 1;
      end();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { cutter, port: (server.address() as AddressInfo).port, close };
}

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let proxy: Awaited<ReturnType<typeof openCutter>>;
let proxied: MongoConnection;
beforeAll(async () => {
  database = await openTestDatabase();
  const url = new URL(database.url);
  proxy = await openCutter(Number(url.port));
  url.port = String(proxy.port);
  // The server reports its own address for the replica set, so the driver would bypass the proxy.
  url.search = '?directConnection=true';
  proxied = await connectMongo({ url: url.href, serverSelectionTimeoutMs: 10_000 });
});
afterAll(async () => {
  await proxied.close();
  proxy.close();
  await database.close();
});

// The driver repeats a write once by itself: one cut shows its repeat, two show our own read of the result.
test.each([
  [0, 1],
  [0, 2],
  [1, 1],
  [1, 2],
])('a save on version %i whose answer is cut off %i times is saved, once', async (expectedVersion, cuts) => {
  const userId = randomUUID();
  const store = createSubscriberStore(subscribersOf(proxied.models));
  if (expectedVersion === 1) await store.save(sampleSave(userId));
  const saveId = randomUUID();
  Object.assign(proxy.cutter, { secret: saveId, left: cuts, cuts: 0 });
  const subscriber = { ...newSubscriber(userId), eventSeq: 7 };
  const save = sampleSave(userId, { subscriber, expectedVersion, saveId, entry: sampleEntry('once') });
  expect(await store.save(save)).toBe('saved');
  expect(proxy.cutter.cuts).toBe(cuts);
  const stored = await createSubscriberStore(subscribersOf(database.models)).load(userId);
  expect(stored).toMatchObject({
    version: expectedVersion + 1,
    subscriber: { eventSeq: 7 },
    outbox: [{ id: 'once' }],
  });
  expect(stored?.outbox).toHaveLength(1);
});
