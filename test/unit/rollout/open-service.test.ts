import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openService } from '../../rollout/open-service.ts';

const host = '127.0.0.1';
async function listen(name: string): Promise<{ server: Server; port: number }> {
  const server = createServer((_request, response) => response.end(name));
  await new Promise<void>((resolve) => {
    server.listen(0, host, resolve);
  });
  return { server, port: (server.address() as AddressInfo).port };
}

let pods: { server: Server; port: number }[] = [];
beforeAll(async () => {
  pods = await Promise.all([listen('one'), listen('other')]);
});
afterAll(() => pods.forEach(({ server }) => server.close()));

test('each connection goes to the next endpoint, and to none that was taken out', async () => {
  let endpoints = pods.map(({ port }) => ({ host, port }));
  const free = await listen('free');
  free.server.close();
  const close = await openService({ host, port: free.port }, () => endpoints);
  const ask = async (): Promise<string> =>
    (await fetch(`http://${host}:${free.port}/`, { headers: { Connection: 'close' } })).text();
  expect([await ask(), await ask()].sort()).toEqual(['one', 'other']);
  endpoints = endpoints.slice(0, 1);
  expect([await ask(), await ask(), await ask()]).toEqual(['one', 'one', 'one']);
  endpoints = [];
  await expect(ask()).rejects.toThrow();
  await close();
});
