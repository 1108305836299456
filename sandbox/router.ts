import { ApiError } from './errors.ts';
import { isObject } from './fields.ts';
import type { Sandbox } from './sandbox.ts';
import type { JsonObject } from './types.ts';

/** A request as it arrived: the body is read, and nothing is validated yet. */
export type RawRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
};
export type Answer = { readonly status: number; readonly body: string };
type Called = Pick<RawRequest, 'method' | 'path'>;

export type Route<Handle> = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** `{id}` stands for the part of the path that differs from call to call. */
  readonly path: string;
  readonly handle: Handle;
};

/** Finds the route of a call and its id, or returns whether the path or the method is unknown. */
export function createRouter<Handle>(routes: readonly Route<Handle>[], idPattern: string) {
  const matchers = routes.map((route) => ({
    route,
    pattern: new RegExp(`^${route.path.replace('{id}', `(${idPattern})`)}$`),
  }));
  return ({ method, path }: Called): { route: Route<Handle>; id: string } | 'unknown path' | 'unknown method' => {
    const samePath = matchers.filter(({ pattern }) => pattern.test(path));
    const found = samePath.find(({ route }) => route.method === method);
    if (found === undefined) return samePath.length === 0 ? 'unknown path' : 'unknown method';
    return { route: found.route, id: found.pattern.exec(path)?.[1] ?? '' };
  };
}

/** The object of a body, an empty one for an empty body, or what is wrong with it. */
export function readBody(text: string): JsonObject | 'no JSON' | 'no object' {
  if (text.trim() === '') return {};
  try {
    const body: unknown = JSON.parse(text);
    return isObject(body) ? body : 'no object';
  } catch {
    return 'no JSON';
  }
}

/** Answers with the result of `work` or with its refusal. All changes are in the journal before this returns. */
export function answerWith({ store }: Sandbox, work: () => string): Answer {
  try {
    return { status: 200, body: work() };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { status: error.status, body: JSON.stringify(error.body) };
  } finally {
    store.flush();
  }
}
