import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Fault } from '../../../application/ports/faults.ts';
import { invalidAt } from '../contract/problem.ts';
import { boundAddresses } from './bound-addresses.ts';
import { prepareFarewell } from './farewell.ts';

/** A client that sends its headers or its body slower than this only occupies a socket. */
const headersTimeoutMs = 15_000;
const requestTimeoutMs = 30_000;
/** Silence on a socket: the longest wait a client may ask for, and 30 s beyond it. */
const silenceTimeoutMs = 60_000;
/** Longer than a load balancer keeps an idle connection (60 s), so that we never close one that it is using. */
const keepAliveTimeoutMs = 65_000;
/** Requests in flight when the process stops have this long to be answered. */
const closeGraceMs = 10_000;
/**
 * Connections at once, those of streams and waiting requests included, so that idle ones cannot fill the memory. The next one
 * is closed, and a balancer tries another process.
 */
const connectionsMax = 4_000;
/** Of them from one address: the subscribers of one carrier may share it, and yet it must not take all. */
const perAddressMax = 400;
/** A stopping server checks for idle connections: Node has no event for one that becomes idle. */
const idleCheckMs = 50;

export type RunningServer = {
  readonly host: string;
  readonly port: number;
  /** Lets clients leave, accepts no new connection, answers the requests in flight, then closes the remaining connections. */
  readonly close: () => Promise<void>;
};

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use by another program: stop it or choose another port',
  EACCES: 'this user may not open that port: choose one above 1023',
  EADDRNOTAVAIL: 'this machine has no such address',
};

const badRequest = JSON.stringify(invalidAt('request', 'is not valid HTTP').body);

/**
 * Answers, with a code, what Node's HTTP parser refuses: it never reaches the app. No limit counts it, because it costs its sender a
 * connection, and us neither a line of the log nor a span.
 */
function refuseGarbage(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
  const length = Buffer.byteLength(badRequest);
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n${badRequest}`,
  );
}

async function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const reason = reasons[cause.code ?? ''] ?? cause.message;
      reject(new Fault('listen_failed', `cannot listen on ${host}:${port}: ${reason}`, { retryable: false, cause }));
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the server has no port');
  return address;
}

async function close(server: Server): Promise<void> {
  const forcing = setTimeout(() => server.closeAllConnections(), closeGraceMs);
  const checking = setInterval(() => server.closeIdleConnections(), idleCheckMs);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  clearInterval(checking);
  clearTimeout(forcing);
}

export async function startHttpServer(options: {
  readonly app: RequestListener;
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly connectionsMax?: number;
  readonly perAddressMax?: number;
  /** Every connection comes from a proxy of ours then, which must bound its clients itself. */
  readonly isBehindProxy?: boolean;
  /** How long clients may leave by themselves before the end; absent: they are not waited for. */
  readonly farewellMs?: number;
  /** A failure of the open port itself. */
  readonly onError?: (cause: Error) => void;
}): Promise<RunningServer> {
  const server = createServer(options.app);
  const sayFarewell = prepareFarewell(server);
  server.headersTimeout = headersTimeoutMs;
  server.requestTimeout = requestTimeoutMs;
  server.keepAliveTimeout = keepAliveTimeoutMs;
  server.timeout = silenceTimeoutMs;
  server.maxConnections = options.connectionsMax ?? connectionsMax;
  if (options.isBehindProxy !== true) boundAddresses(server, options.perAddressMax ?? perAddressMax);
  server.on('clientError', refuseGarbage);
  const { port } = await listen(server, options.host, options.port);
  // Such as too many open files: the connection is lost, and the process must not end for it.
  server.on('error', (cause) => options.onError?.(cause));
  return {
    host: options.host,
    port,
    close: async () => {
      await sayFarewell(options.farewellMs ?? 0);
      await close(server);
    },
  };
}
