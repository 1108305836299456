import type { Application, Request, Response } from 'express';
import type { Authenticate } from './authenticate.ts';
import { writeEvents } from './event-stream.ts';
import type { HttpServices } from './http-services.ts';
import type { OpenApi } from './openapi.ts';
import { Problem } from './problem.ts';
import { readBody } from './read-body.ts';
import { requestIdOf } from './request-id.ts';
import { makeRequestValidator } from './request-validator.ts';
import type { ValidateRequest } from './request-validator.ts';
import { serviceRole } from './route.ts';
import type { Answer, Call, Route, User } from './route.ts';

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
    path: {},
    query: {},
    header: (name) => request.get(name),
    body: undefined,
    address: request.ip ?? '',
    trace: { correlationId: requestIdOf(response), causationId: null },
    signal: AbortSignal.any([gone.signal, door.services.stopping]),
  };
}

/** A known user counts for himself; whoever fails counts for his address, so that nobody can try tokens at leisure. */
async function admit(door: Door, route: Route, request: Request): Promise<User> {
  const { authorization } = request.headers;
  const user = await door.authenticate(authorization).catch((refusal: unknown) => {
    if (authorization !== undefined) door.limitAddress(request.ip ?? '');
    throw refusal;
  });
  door.limitUser(user.id);
  const isAllowed = user.isSuperuser || (route.access === 'service' && user.roles.includes(serviceRole));
  if (route.access !== 'user' && !isAllowed) throw new Problem(403, '3000');
  return user;
}

/** Who asks comes before what is asked: a stranger learns nothing about the shape of a request. */
async function answerOf(
  door: Door,
  route: Route,
  validate: ValidateRequest,
  exchange: { readonly request: Request; readonly response: Response },
): Promise<Answer> {
  const { request, response } = exchange;
  const call = callOf(door, request, response);
  const path: Readonly<Record<string, unknown>> = request.params;
  const parse = async (): Promise<Call> => {
    const body = route.takesBody === undefined ? undefined : await readBody(request, response, route.takesBody);
    return { ...call, ...validate({ path, query: request.query, headers: request.headers, body }) };
  };
  if (route.access === 'public') {
    route.early?.({ ...call, path: { ...request.params } as Record<string, string> });
    return route.handle(await parse());
  }
  const user = await admit(door, route, request);
  return route.handle({ ...(await parse()), user });
}

async function write(response: Response, answer: Answer): Promise<void> {
  if (answer.events !== undefined) {
    await writeEvents(response, answer.events);
    return;
  }
  response.status(answer.status).set('Cache-Control', 'no-store');
  if (answer.headers !== undefined) response.set(answer.headers);
  if (answer.json === undefined) response.end();
  else response.json(answer.json);
}

function methodNotAllowed(methods: readonly string[]): () => never {
  const allow = methods.flatMap((method) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()])).join(', ');
  return () => {
    throw new Problem(405, '4015', { headers: { Allow: allow } });
  };
}

/** Express hears of a route here and nowhere else. */
export function mountRoutes(app: Application, routes: readonly Route[], door: Door): void {
  for (const route of routes) {
    const validate = makeRequestValidator(door.openApi, route.method, route.path);
    app[route.method](expressPath(route.path), async (request: Request, response: Response) => {
      response.locals['route'] = route.path;
      await write(response, await answerOf(door, route, validate, { request, response }));
    });
  }
  for (const [path, same] of Map.groupBy(routes, (route) => route.path)) {
    app.all(expressPath(path), methodNotAllowed(same.map(({ method }) => method)));
  }
}
