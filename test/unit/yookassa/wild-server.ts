import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Seen = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
};

type Treat = (response: ServerResponse, request: IncomingMessage) => void;

const isQuestion = (request: IncomingMessage): boolean => request.url?.endsWith('/payments?limit=1') === true;

export type WildServer = {
  readonly url: string;
  readonly seen: Seen[];
  /** How the next requests are answered, after their body was read. */
  readonly treat: (how: Treat) => void;
  /** How the client's question for the time is answered. It is in `asked` and not in `seen`; at first it is answered well. */
  readonly treatQuestion: (how: Treat) => void;
  readonly asked: Seen[];
  readonly stop: () => Promise<void>;
};

/** A hostile provider: it reads every request and then does whatever the test says. */
export async function startWildServer(): Promise<WildServer> {
  let how: Treat = (response) => response.end();
  let answerQuestion: Treat = (response) => response.end();
  const seen: Seen[] = [];
  const asked: Seen[] = [];
  const listener: RequestListener = (request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const [list, treat] = isQuestion(request) ? [asked, answerQuestion] : [seen, how];
      list.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body });
      treat(response, request);
    });
  };
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    asked,
    treat: (next) => void (how = next),
    treatQuestion: (next) => void (answerQuestion = next),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
