import { fileURLToPath } from 'node:url';
import express from 'express';
import type { Application, Request, Response } from 'express';
import { hourMs } from '../../domain/instant.ts';
import type { HttpOptions, HttpServices } from './http-services.ts';
import { invalid, Problem } from './problem.ts';
import { signToken } from './sign-token.ts';
import { parseUuid } from './uuid.ts';

const tokenLifeMs = 12 * hourMs;
/** Open event streams of one process: each may hold a consumer of its own. */
const streamsMax = 20;
/** Shorter than the silence after which the server or a proxy closes a connection. */
const heartbeatMs = 15_000;

const web = fileURLToPath(new URL('../../../web/', import.meta.url));

function userOf(request: Request): string {
  const userId = parseUuid(request.query['user']);
  if (userId === null) throw invalid('query/user must be a UUID');
  return userId;
}

async function stream(services: HttpServices, request: Request, response: Response): Promise<void> {
  const userId = userOf(request);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.write(': connected\n\n');
  const heartbeat = setInterval(() => response.write(': still here\n\n'), heartbeatMs);
  try {
    const signal = AbortSignal.any([gone.signal, services.stopping]);
    for await (const event of services.development?.events(userId, signal) ?? []) {
      response.write(`data: ${JSON.stringify(event)}\n\n`);
    }
  } catch (cause) {
    services.log.warn('event stream ended early', {}, cause);
  } finally {
    clearInterval(heartbeat);
    response.end();
  }
}

/** The first-day page and what it needs. Hands tokens to anybody, hence never mounted outside development. */
export function mountDevelopmentPages(app: Application, services: HttpServices, options: HttpOptions): void {
  let streams = 0;
  app.get('/', (_request, response) => response.sendFile('index.html', { root: web }));
  app.get('/return', (_request, response) => response.sendFile('return.html', { root: web }));
  app.use('/web', express.static(web, { index: false }));
  app.get('/dev/token', async (request, response) => {
    const token = { userId: userOf(request), isSuperuser: false, roles: [], lifeMs: tokenLifeMs };
    response.json({ token: await signToken(options.jwtSecret, { ...token, now: services.clock.now() }) });
  });
  app.get('/dev/events', async (request, response) => {
    if (streams >= streamsMax) throw new Problem(429, '4029', { headers: { 'Retry-After': '5' } });
    streams += 1;
    try {
      await stream(services, request, response);
    } finally {
      streams -= 1;
    }
  });
}
