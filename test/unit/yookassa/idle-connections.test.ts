import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createHttpCall, type HttpCall } from '../../../src/adapters/yookassa/http-call.ts';

const request = { method: 'GET', path: '/', body: null, headers: {}, timeoutMs: 10_000 } as const;

let server: Server;
let http: HttpCall;
let answerAfterMs = 0;
let connections = 0;
let closed = Promise.withResolvers<unknown>();

beforeEach(async () => {
  [answerAfterMs, connections, closed] = [0, 0, Promise.withResolvers()];
  server = createServer((_request, response) => void setTimeout(() => response.end('{}'), answerAfterMs));
  // The server itself would keep it for long.
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => {
    connections += 1;
    socket.on('close', () => closed.resolve(null));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  http = createHttpCall({ apiUrl, shopId: '1', apiKey: 'k', concurrencyMax: 4, socketIdleMs: 60 });
});
afterEach(() => {
  http.close();
  server.closeAllConnections();
  server.close();
});

test('an idle connection is closed by us, before the provider does while a request leaves', async () => {
  await http.call(request);
  await http.call(request);
  expect(connections).toBe(1);
  await closed.promise;
  expect(await http.call(request)).toMatchObject({ kind: 'response', status: 200 });
  expect(connections).toBe(2);
});

test('a call that takes longer than a connection may idle is answered', async () => {
  answerAfterMs = 300;
  expect(await http.call(request)).toMatchObject({ kind: 'response', status: 200 });
});
