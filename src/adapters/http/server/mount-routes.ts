import type { Application, Request, Response } from 'express';
import type { Authenticate } from '../auth/authenticate.ts';
import { writeEvents } from '../contract/event-stream.ts';
import type { HttpServices } from '../contract/http-services.ts';
import { type OpenApi, type Operation, operationsOf, type Place } from '../contract/openapi.ts';
import { Problem } from '../contract/problem.ts';
import { createReadBody } from '../contract/read-body.ts';
import { requestIdOf } from '../contract/request-id.ts';
import { languageOf } from './language-of.ts';
import { createRequestValidator } from '../contract/request-validator.ts';
import { type Allowance, rateHeaders } from './rate-limit.ts';
import { type Answer, type Call, type Route, type Routes, serviceRole, type User } from '../contract/route.ts';

/** Throws 429, or writes into the answer what the limit of the address leaves. */
export type LimitAddress = (address: string, response: Response) => void;

export type RouteDeps = {
  readonly services: HttpServices;
  readonly openApi: OpenApi;
  readonly authenticate: Authenticate;
  readonly limitUser: (user: User) => Allowance;
  readonly limitAddress: LimitAddress;
};

/** `{token}` as openapi.yaml spells it → `:token` as Express does. */
const expressPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

function callOf(deps: RouteDeps, request: Request, response: Response): Call {
  const gone = new AbortController();
  // The reason is a string: without one, each answer would cost an error with its stack.
  response.once('close', () => gone.abort('closed'));
  return {
    path: { ...request.params } as Record<string, string>,
    query: {},
    header: (name) => request.get(name),
    body: undefined,
    get language() {
      return languageOf(request);
    },
    address: request.ip ?? '',
    trace: { correlationId: requestIdOf(response), causationId: null },
    signal: AbortSignal.any([gone.signal, deps.services.stopping]),
  };
}

/**
 * A refused check counts for the sender's address, which slows the guessing of tokens and secrets. A check that could not
 * be made refuses nothing: behind one address, an outage of the auth service must not look like a flood.
 */
async function verified<Claim>(
  deps: RouteDeps,
  { ip = '' }: Request,
  response: Response,
  verify: () => Claim | Promise<Claim>,
): Promise<Claim> {
  try {
    return await verify();
  } catch (failure) {
    if (failure instanceof Problem) deps.limitAddress(ip, response);
    throw failure;
  }
}

/** Authenticated requests are limited per user, from any address. */
async function authorize(deps: RouteDeps, route: Route, request: Request, response: Response): Promise<User> {
  const user = await verified(deps, request, response, () => deps.authenticate(request.headers.authorization));
  response.set(rateHeaders(deps.limitUser(user)));
  const isAllowed = user.isSuperuser || (route.access === 'service' && user.roles.includes(serviceRole));
  if (route.access !== 'user' && !isAllowed) throw new Problem(403, '3000');
  return user;
}

type Handle = (request: Request, response: Response) => Promise<Answer>;

/** Authorizes before it validates: a caller without rights learns nothing about the shape of a request. */
function createHandle(deps: RouteDeps, route: Route, operation: Operation): Handle {
  const validate = createRequestValidator(operation);
  const readBody = operation.requestBody === undefined ? () => undefined : createReadBody(route.bodyMaxBytes);
  return async (request, response) => {
    const call = callOf(deps, request, response);
    const parse = async (): Promise<Call> => ({
      ...call,
      ...validate(request, await readBody(request, response)),
    });
    if (route.access === 'public') {
      if (route.early === undefined) deps.limitAddress(call.address, response);
      else await verified(deps, request, response, () => route.early?.(call));
      return route.handle(await parse());
    }
    const user = await authorize(deps, route, request, response);
    return route.handle({ ...(await parse()), user });
  };
}

async function write(response: Response, answer: Answer): Promise<void> {
  if (answer.headers !== undefined) response.set(answer.headers);
  if (answer.events !== undefined) {
    await writeEvents(response, answer.events);
    return;
  }
  response.status(answer.status).set('Cache-Control', 'no-store');
  if (answer.location !== undefined) response.location(answer.location);
  if (answer.json === undefined) response.end();
  else response.json(answer.json);
}

const methods = ['get', 'post', 'put', 'delete'] as const;

function methodOf({ path, method }: Place): (typeof methods)[number] {
  const known = methods.find((one) => one === method);
  if (known === undefined) throw new TypeError(`${path}: the method ${method} is not mounted`);
  return known;
}

export function mountRoutes(app: Application, routes: Routes, deps: RouteDeps): void {
  const operations = operationsOf(deps.openApi);
  const allowed = new Map<string, string[]>();
  for (const [id, route] of Object.entries(routes)) {
    const place = operations.get(id);
    if (place === undefined) throw new TypeError(`openapi.yaml has no operation ${id}`);
    const { path, operation } = place;
    const method = methodOf(place);
    const handle = createHandle(deps, route, operation);
    app[method](expressPath(path), async (request: Request, response: Response) => {
      response.locals['route'] = path;
      await write(response, await handle(request, response));
    });
    allowed.set(path, [...(allowed.get(path) ?? []), ...(method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()])]);
  }
  for (const [path, names] of allowed) {
    app.all(expressPath(path), ({ ip = '' }, response) => {
      deps.limitAddress(ip, response);
      throw new Problem(405, '4015', { headers: { Allow: names.join(', ') } });
    });
  }
}
