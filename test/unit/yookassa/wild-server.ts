import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Seen = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
};

export type WildServer = {
  readonly url: string;
  readonly seen: Seen[];
  /** How the next requests are answered, after their body was read. */
  readonly treat: (how: (response: ServerResponse, request: IncomingMessage) => void) => void;
  readonly stop: () => Promise<void>;
};

/** A hostile provider: it reads every request and then does whatever the test says. */
export async function startWildServer(): Promise<WildServer> {
  let how: (response: ServerResponse, request: IncomingMessage) => void = (response) => response.end();
  const seen: Seen[] = [];
  const listener: RequestListener = (request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      seen.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body });
      how(response, request);
    });
  };
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    treat: (next) => {
      how = next;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
