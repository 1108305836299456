import type { IncomingMessage, ServerResponse } from 'node:http';
import { startHttpServer } from './start-http-server.ts';
import type { RunningServer } from './start-http-server.ts';

export type HealthOptions = {
  readonly host: string;
  readonly port: number;
  /** What this process still lacks to do its work, by name; empty is ready. Called per request, so it must be cheap. */
  readonly missing: () => readonly string[] | Promise<readonly string[]>;
  /** False when the process makes no progress any more and only a restart helps; a dependency's absence is not that. */
  readonly isAlive: () => boolean;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
};

function write(response: ServerResponse, status: number, contentType: string, text: string): void {
  response.writeHead(status, { 'Content-Type': contentType, 'Cache-Control': 'no-store' }).end(text);
}

const writeJson = (response: ServerResponse, status: number, value: unknown): void =>
  write(response, status, 'application/json; charset=utf-8', JSON.stringify(value));

async function answer(options: HealthOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url === '/health') {
    const missing = await options.missing();
    if (missing.length === 0) writeJson(response, 200, { status: 'ready' });
    else writeJson(response, 503, { status: 'not_ready', missing });
  } else if (request.url === '/live') {
    const alive = options.isAlive();
    writeJson(response, alive ? 200 : 503, { status: alive ? 'alive' : 'stuck' });
  } else if (request.url === '/metrics') {
    const { contentType, text } = await options.metrics();
    write(response, 200, contentType, text);
  } else {
    writeJson(response, 404, { code: '4004', error: 'No such address', detail: null });
  }
}

/** Health and numbers of a process on a port of its own, away from subscribers: every process of ours has one. */
export const startHealthServer = (options: HealthOptions): Promise<RunningServer> =>
  startHttpServer({
    host: options.host,
    port: options.port,
    app: (request, response) => {
      // A check that fails is an answer, too: not ready.
      answer(options, request, response).catch(() => {
        if (response.headersSent) response.destroy();
        else writeJson(response, 503, { status: 'not_ready', missing: ['health check failed'] });
      });
    },
  });
