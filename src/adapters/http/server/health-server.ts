import express, { type NextFunction, type Request, type Response } from 'express';
import { type RunningServer, startHttpServer } from './start-http-server.ts';

export type HealthOptions = {
  readonly host: string;
  readonly port: number;
  /** What this process still lacks to do its work, by name; empty is ready. Called per request, so it must be cheap. */
  readonly missing: () => readonly string[] | Promise<readonly string[]>;
  /** False when the process makes no progress any more and only a restart helps; a dependency's absence is not that. */
  readonly isAlive: () => boolean;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
};

function sayMissing(response: Response, missing: readonly string[]): void {
  if (missing.length === 0) response.json({ status: 'ready' });
  else response.status(503).json({ status: 'not_ready', missing });
}

/** Health and numbers of a process on a port of its own, away from subscribers: every process of ours has one. */
export function startHealthServer({ host, port, ...options }: HealthOptions): Promise<RunningServer> {
  const app = express().disable('x-powered-by').disable('etag');
  app.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  app.get('/health', async (_request, response) => sayMissing(response, await options.missing()));
  app.get('/live', (_request, response) => {
    const alive = options.isAlive();
    response.status(alive ? 200 : 503).json({ status: alive ? 'alive' : 'stuck' });
  });
  app.get('/metrics', async (_request, response) => {
    const { contentType, text } = await options.metrics();
    response.type(contentType).send(text);
  });
  app.use((_request, response) => {
    response.status(404).json({ code: '4004', error: 'No such address', detail: null });
  });
  // A check that fails is an answer, too: not ready.
  app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) next(error);
    else sayMissing(response, ['health check failed']);
  });
  return startHttpServer({ host, port, app });
}
