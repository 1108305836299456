import express, { type NextFunction, type Request, type Response } from 'express';
import { Problem } from '../contract/problem.ts';
import { type RunningServer, startHttpServer } from './start-http-server.ts';

export type Health = {
  /** Without these the process cannot do its work; empty is ready. */
  readonly missing: readonly string[];
  /** Without these it works on with less, so it stays in service. */
  readonly degraded: readonly string[];
};

export type HealthOptions = {
  readonly host: string;
  readonly port: number;
  /** The dependencies that are unavailable now. Called per request, so it must be cheap. */
  readonly health: () => Promise<Health>;
  /** False when only a restart helps, because the process makes no progress; an outage of a dependency is not that. */
  readonly isAlive: () => boolean;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
};

function sendHealth(response: Response, { missing, degraded }: Health): void {
  const less = degraded.length === 0 ? {} : { degraded };
  if (missing.length === 0) response.json({ status: 'ready', ...less });
  else response.status(503).json({ status: 'not_ready', missing, ...less });
}

/** Health and metrics of a process, on a port that subscribers cannot reach. Every process has one. */
export function startHealthServer({ host, port, ...options }: HealthOptions): Promise<RunningServer> {
  const app = express().disable('x-powered-by').disable('etag');
  app.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  app.get('/health', async (_request, response) => sendHealth(response, await options.health()));
  app.get('/live', (_request, response) => {
    const alive = options.isAlive();
    response.status(alive ? 200 : 503).json({ status: alive ? 'alive' : 'stuck' });
  });
  app.get('/metrics', async (_request, response) => {
    const { contentType, text } = await options.metrics();
    response.type(contentType).send(text);
  });
  app.use((_request, response) => {
    response.status(404).json(new Problem(404, '4004').body);
  });
  app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) next(error);
    else sendHealth(response, { missing: ['health check failed'], degraded: [] });
  });
  return startHttpServer({ host, port, app });
}
