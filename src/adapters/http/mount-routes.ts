import type { Application, Request, Response } from 'express';
import type { Authenticate } from './authenticate.ts';
import { writeEvents } from './event-stream.ts';
import type { HttpServices } from './http-services.ts';
import { operationsOf } from './openapi.ts';
import type { OpenApi, Operation } from './openapi.ts';
import { Problem } from './problem.ts';
import { makeReadBody } from './read-body.ts';
import { requestIdOf } from './request-id.ts';
import { makeRequestValidator } from './request-validator.ts';
import { serviceRole } from './route.ts';
import type { Answer, Call, Route, Routes, User } from './route.ts';

export type Door = {
  readonly services: HttpServices;
  readonly openApi: OpenApi;
  readonly authenticate: Authenticate;
  readonly limitUser: (userId: string) => void;
  readonly limitAddress: (address: string) => void;
};

/** `{token}` as openapi.yaml spells it → `:token` as Express does. */
const expressPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

function callOf(door: Door, request: Request, response: Response): Call {
  const gone = new AbortController();
  // With a reason given, for every answer ends here and none is worth an error with a stack.
  response.once('close', () => gone.abort('closed'));
  return {
    path: { ...request.params } as Record<string, string>,
    query: {},
    header: (name) => request.get(name),
    body: undefined,
    address: request.ip ?? '',
    trace: { correlationId: requestIdOf(response), causationId: null },
    signal: AbortSignal.any([gone.signal, door.services.stopping]),
  };
}

/** What is claimed decides about no limit: a claim that fails counts for the address, so that none can be tried at leisure. */
async function verified<Claim>(door: Door, address: string, verify: () => Claim | Promise<Claim>): Promise<Claim> {
  try {
    return await verify();
  } catch (refusal) {
    door.limitAddress(address);
    throw refusal;
  }
}

/** A known user counts for themselves, wherever they ask from. */
async function admit(door: Door, route: Route, { headers, ip = '' }: Request): Promise<User> {
  const user = await verified(door, ip, () => door.authenticate(headers.authorization));
  door.limitUser(user.id);
  const isAllowed = user.isSuperuser || (route.access === 'service' && user.roles.includes(serviceRole));
  if (route.access !== 'user' && !isAllowed) throw new Problem(403, '3000');
  return user;
}

type Handle = (request: Request, response: Response) => Promise<Answer>;

/** Who asks comes before what is asked: a stranger learns nothing about the shape of a request. */
function makeHandle(door: Door, route: Route, operation: Operation): Handle {
  const validate = makeRequestValidator(operation);
  const readBody = operation.requestBody === undefined ? () => undefined : makeReadBody(route.bodyMaxBytes);
  return async (request, response) => {
    const call = callOf(door, request, response);
    const parse = async (): Promise<Call> => ({
      ...call,
      ...validate(request, await readBody(request, response)),
    });
    if (route.access === 'public') {
      if (route.early === undefined) door.limitAddress(call.address);
      else await verified(door, call.address, () => route.early?.(call));
      return route.handle(await parse());
    }
    const user = await admit(door, route, request);
    return route.handle({ ...(await parse()), user });
  };
}

async function write(response: Response, answer: Answer): Promise<void> {
  if (answer.events !== undefined) {
    await writeEvents(response, answer.events);
    return;
  }
  response.status(answer.status).set('Cache-Control', 'no-store');
  if (answer.headers !== undefined) response.set(answer.headers);
  if (answer.location !== undefined) response.location(answer.location);
  if (answer.json === undefined) response.end();
  else response.json(answer.json);
}

/** Express hears of a route here and nowhere else. */
export function mountRoutes(app: Application, routes: Routes, door: Door): void {
  const operations = operationsOf(door.openApi);
  const allowed = new Map<string, string[]>();
  for (const [id, route] of Object.entries(routes)) {
    const place = operations.get(id);
    if (place === undefined) throw new TypeError(`openapi.yaml has no operation ${id}`);
    const { path, operation } = place;
    const method = place.method === 'get' ? 'get' : 'post';
    const handle = makeHandle(door, route, operation);
    app[method](expressPath(path), async (request: Request, response: Response) => {
      response.locals['route'] = path;
      await write(response, await handle(request, response));
    });
    allowed.set(path, [...(allowed.get(path) ?? []), ...(method === 'get' ? ['GET', 'HEAD'] : ['POST'])]);
  }
  for (const [path, methods] of allowed) {
    app.all(expressPath(path), ({ ip = '' }) => {
      door.limitAddress(ip);
      throw new Problem(405, '4015', { headers: { Allow: methods.join(', ') } });
    });
  }
}
