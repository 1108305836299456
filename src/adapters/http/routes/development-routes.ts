import { fileURLToPath } from 'node:url';
import express, { type Application } from 'express';
import { hourMs } from '../../../domain/model/instant.ts';
import type { ServerSentEvent } from '../contract/event-stream.ts';
import type { HttpContext } from './http-context.ts';
import type { DevelopmentServices } from '../contract/http-services.ts';
import { Problem } from '../contract/problem.ts';
import { type Answer, type Call, ok, type Routes } from '../contract/route.ts';
import { signToken } from '../auth/sign-token.ts';

const tokenLifeMs = 12 * hourMs;
/** Open event streams of one process: each may hold a consumer of its own. */
const streamsMax = 20;

const web = fileURLToPath(new URL('../../../../web/', import.meta.url));

/** The first-day page, which belongs to development alone. */
export function mountDevelopmentPages(app: Application): void {
  app.get('/', (_request, response) => response.sendFile('index.html', { root: web }));
  app.get('/return', (_request, response) => response.sendFile('return.html', { root: web }));
  app.use('/web', express.static(web, { index: false }));
}

const userOf = ({ query }: Call): string => (query as { user: string }).user.toLowerCase();

async function token({ options, clock }: HttpContext, call: Call): Promise<Answer> {
  const claims = { userId: userOf(call), isSuperuser: false, roles: [], lifeMs: tokenLifeMs, now: clock.now() };
  return ok({ token: await signToken(options.tokenTrust, claims) });
}

/** The operations of that page. They issue tokens to any caller, so they exist in development only. */
export function developmentRoutes(http: HttpContext, { events }: DevelopmentServices): Routes {
  let streams = 0;
  async function* eventsFor(call: Call): AsyncIterable<ServerSentEvent> {
    streams += 1;
    try {
      for await (const data of events(userOf(call), call.signal)) yield { data };
    } catch (cause) {
      http.log.warn('event stream ended early', {}, cause);
    } finally {
      streams -= 1;
    }
  }
  const stream = (call: Call): Answer => {
    if (streams >= streamsMax) throw new Problem(429, '4029', { headers: { 'Retry-After': '5' } });
    return { status: 200, events: eventsFor(call) };
  };
  return {
    readDevelopmentToken: { access: 'public', handle: (call) => token(http, call) },
    streamDevelopmentEvents: { access: 'public', handle: stream },
  };
}
