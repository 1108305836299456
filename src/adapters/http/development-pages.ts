import { fileURLToPath } from 'node:url';
import express from 'express';
import type { Application, Request, Response } from 'express';
import { hourMs } from '../../domain/instant.ts';
import { writeEvents } from './event-stream.ts';
import type { ServerSentEvent } from './event-stream.ts';
import type { HttpOptions, HttpServices } from './http-services.ts';
import { invalid, Problem } from './problem.ts';
import { signToken } from './sign-token.ts';
import { parseUuid } from './uuid.ts';

const tokenLifeMs = 12 * hourMs;
/** Open event streams of one process: each may hold a consumer of its own. */
const streamsMax = 20;

const web = fileURLToPath(new URL('../../../web/', import.meta.url));

function userOf(request: Request): string {
  const userId = parseUuid(request.query['user']);
  if (userId === null) throw invalid('query/user must be a UUID');
  return userId;
}

async function* eventsOf(services: HttpServices, userId: string, gone: AbortSignal): AsyncIterable<ServerSentEvent> {
  const signal = AbortSignal.any([gone, services.stopping]);
  try {
    for await (const data of services.development?.events(userId, signal) ?? []) yield { data };
  } catch (cause) {
    services.log.warn('event stream ended early', {}, cause);
  }
}

async function stream(services: HttpServices, request: Request, response: Response): Promise<void> {
  const userId = userOf(request);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  await writeEvents(response, eventsOf(services, userId, gone.signal));
}

/** The first-day page and what it needs. Hands tokens to anybody, hence never mounted outside development. */
export function mountDevelopmentPages(app: Application, services: HttpServices, options: HttpOptions): void {
  let streams = 0;
  app.get('/', (_request, response) => response.sendFile('index.html', { root: web }));
  app.get('/return', (_request, response) => response.sendFile('return.html', { root: web }));
  app.use('/web', express.static(web, { index: false }));
  app.get('/dev/token', async (request, response) => {
    const token = { userId: userOf(request), isSuperuser: false, roles: [], lifeMs: tokenLifeMs };
    response.json({ token: await signToken(options.tokenTrust, { ...token, now: services.clock.now() }) });
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
