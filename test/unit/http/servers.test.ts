import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startHealthServer } from '../../../src/adapters/http/server/health-server.ts';
import { type RunningServer, startHttpServer } from '../../../src/adapters/http/server/start-http-server.ts';
import { eventually } from '../../../tools/client/eventually.ts';

const running: RunningServer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

async function start(app: RequestListener, port = 0, farewellMs = 0): Promise<RunningServer> {
  const server = await startHttpServer({ app, host: '127.0.0.1', port, farewellMs });
  running.push(server);
  return server;
}

describe('the HTTP server', () => {
  it('says in one sentence that its port is taken', async () => {
    const { port } = await start((_request, response) => void response.end());
    await expect(start(() => undefined, port)).rejects.toMatchObject({
      name: 'Fault',
      code: 'listen_failed',
      retryable: false,
      message: expect.stringContaining(`127.0.0.1:${port}: the port is in use`),
    });
  });

  it('lives on when its open port fails later, as with too many open files, and says so', async () => {
    let listening: Server | undefined;
    const failures: string[] = [];
    const server = await startHttpServer({
      app: (request, response) => {
        listening = (request.socket as unknown as { readonly server: Server }).server;
        response.end('well');
      },
      host: '127.0.0.1',
      port: 0,
      onError: ({ message }) => failures.push(message),
    });
    running.push(server);
    const ask = async (): Promise<string> => (await fetch(`http://127.0.0.1:${server.port}`)).text();
    expect(await ask()).toBe('well');
    for (let times = 0; times < 2; times += 1) listening?.emit('error', new Error('too many open files'));
    expect(await ask()).toBe('well');
    expect(failures).toEqual(['too many open files', 'too many open files']);
  });

  it('closes a connection beyond its bound, and serves the others', async () => {
    const server = await startHttpServer({
      app: (_request, response) => void response.end('well'),
      ...{ host: '127.0.0.1', port: 0, connectionsMax: 2 },
    });
    running.push(server);
    const sockets = [1, 2, 3].map(() => connect(server.port, '127.0.0.1'));
    const ends = sockets.map(async (socket) => {
      socket.on('error', () => undefined);
      await once(socket, 'close');
    });
    await Promise.race(ends);
    expect(sockets.filter(({ destroyed }) => destroyed)).toHaveLength(1);
    const open = sockets.find(({ destroyed }) => !destroyed);
    open?.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    const [answer] = (await once(open!, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200/);
    for (const socket of sockets) socket.destroy();
    await Promise.all(ends);
  });

  describe('with a bound for each address', () => {
    async function startBound(isBehindProxy = false): Promise<RunningServer> {
      const server = await startHttpServer({
        app: (_request, response) => void response.end('well'),
        ...{ host: '127.0.0.1', port: 0, perAddressMax: 2, isBehindProxy },
      });
      running.push(server);
      return server;
    }

    /** One client of the address, which keeps its connection. */
    function connectFrom(localAddress: string, { port }: RunningServer) {
      const socket = connect({ port, host: '127.0.0.1', localAddress }).on('error', () => undefined);
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      const came = new Promise<string>((resolve) => {
        socket.once('data', () => resolve('answered')).once('close', () => resolve('closed'));
      });
      return { came, leave: () => socket.destroy() };
    }

    const askFrom = async (addresses: readonly string[], server: RunningServer): Promise<readonly string[]> => {
      const clients = addresses.map((address) => connectFrom(address, server));
      const came = await Promise.all(clients.map((client) => client.came));
      for (const client of clients) client.leave();
      return came.toSorted();
    };

    it('closes what an address opens beyond it, and serves the others', async () => {
      const addresses = ['127.0.0.2', '127.0.0.2', '127.0.0.2', '127.0.0.3'];
      expect(await askFrom(addresses, await startBound())).toEqual(['answered', 'answered', 'answered', 'closed']);
    });

    it('counts only what is open', async () => {
      const server = await startBound();
      const fill = () => askFrom(['127.0.0.2', '127.0.0.2'], server);
      for (let times = 0; times < 3; times += 1)
        expect(await eventually(fill, (came) => !came.includes('closed'))).toHaveLength(2);
    });

    it('bounds no address where all come from a proxy of ours', async () => {
      const addresses = ['127.0.0.2', '127.0.0.2', '127.0.0.2'];
      expect(await askFrom(addresses, await startBound(true))).toEqual(['answered', 'answered', 'answered']);
    });
  });

  it('answers requests in flight before it closes, and none after', async () => {
    const arrived = Promise.withResolvers<() => void>();
    const server = await start((_request, response) => arrived.resolve(() => response.end('late')));
    const url = `http://127.0.0.1:${server.port}`;
    const answer = fetch(url);
    const finish = await arrived.promise;
    const closed = server.close();
    finish();
    expect(await (await answer).text()).toBe('late');
    await closed;
    await expect(fetch(url)).rejects.toThrow();
  });
});

describe('a server that says farewell', () => {
  const request = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
  const longMs = 20_000;
  async function connection(port: number) {
    const socket = connect(port, '127.0.0.1').setEncoding('utf8');
    await once(socket, 'connect');
    const ended = once(socket, 'end');
    return {
      ended,
      ask: async (): Promise<string> => {
        socket.write(request);
        return ((await once(socket, 'data')) as [string])[0];
      },
      leave: () => socket.destroy(),
    };
  }

  it('answers who asks on a connection that was idle, and tells them to leave', async () => {
    const server = await start((_request, response) => void response.end('well'), 0, longMs);
    const [one, other] = [await connection(server.port), await connection(server.port)];
    expect(await one.ask()).toContain('Connection: keep-alive');
    const closed = server.close();
    expect(await one.ask()).toContain('Connection: close');
    expect(await other.ask()).toContain('Connection: close');
    await Promise.all([one.ended, other.ended, closed]);
  });

  it('tells it to who waits for an answer already', async () => {
    const arrived = Promise.withResolvers<() => void>();
    const server = await start((_request, response) => arrived.resolve(() => response.end('late')), 0, longMs);
    const one = await connection(server.port);
    const answer = one.ask();
    const finish = await arrived.promise;
    const closed = server.close();
    finish();
    expect(await answer).toContain('Connection: close');
    await closed;
  });

  it('closes a connection on which no one asks', async () => {
    const server = await start((_request, response) => void response.end('well'), 0, 100);
    const one = await connection(server.port);
    expect(await one.ask()).toContain('well');
    await Promise.all([server.close(), one.ended]);
  });
});

describe('the health server', () => {
  let missing: readonly string[] | Error = [];
  let degraded: readonly string[] = [];
  let alive = true;

  async function ask(path: string): Promise<readonly [number, string]> {
    const server = await startHealthServer({
      host: '127.0.0.1',
      port: 0,
      health: () => (missing instanceof Error ? Promise.reject(missing) : Promise.resolve({ missing, degraded })),
      isAlive: () => alive,
      metrics: () => Promise.resolve({ contentType: 'text/plain; version=0.0.4', text: 'up 1\n' }),
    });
    running.push(server);
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
    return [response.status, await response.text()];
  }

  it('is ready, or says what is missing, also when the check itself fails', async () => {
    expect(await ask('/health')).toEqual([200, '{"status":"ready"}']);
    missing = ['mongodb'];
    expect(await ask('/health')).toEqual([503, '{"status":"not_ready","missing":["mongodb"]}']);
    missing = new Error('check');
    expect((await ask('/health'))[0]).toBe(503);
  });

  it('stays ready without an optional dependency, and names it', async () => {
    missing = [];
    degraded = ['provider'];
    expect(await ask('/health')).toEqual([200, '{"status":"ready","degraded":["provider"]}']);
    missing = ['mongodb'];
    expect(await ask('/health')).toEqual([503, '{"status":"not_ready","missing":["mongodb"],"degraded":["provider"]}']);
  });

  it('is alive, or stuck, whatever is missing', async () => {
    missing = ['mongodb'];
    expect((await ask('/live'))[0]).toBe(200);
    alive = false;
    expect((await ask('/live'))[0]).toBe(503);
  });

  it('gives the metrics, and nothing else', async () => {
    expect(await ask('/metrics')).toEqual([200, 'up 1\n']);
    expect((await ask('/'))[0]).toBe(404);
  });
});
