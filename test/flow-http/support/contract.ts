import { createAjv } from '../../../src/adapters/http/contract/request-validator.ts';
import { inlinedOpenApi, readOpenApi } from '../../../src/adapters/http/contract/openapi.ts';
import { headerBreachOf } from './headers.ts';

const contract = inlinedOpenApi(readOpenApi());
/** Answers that every address may give (the contract's preamble), with the body of every refusal. */
const everywhere = new Set(['400', '404', '405', '429', '500']);
const ajv = createAjv();
const compiled = new Map<string, ReturnType<typeof ajv.compile>>();

const template = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`);
const templates = Object.keys(contract.paths)
  .sort((a, b) => Number(a.includes('{')) - Number(b.includes('{')))
  .map((path) => ({ path, pattern: template(path) }));

type Answered = {
  readonly status: number;
  readonly headers: Headers;
  readonly json: unknown;
  readonly text: string;
};

const typeOf = ({ headers }: Answered): string => headers.get('content-type') ?? '';

/** What the contract says of an answer: its path, its operation, and the response where the operation lists it. */
function listedFor(method: string, url: string, { status }: Answered) {
  const pathname = url.split('?')[0] ?? '';
  const path = templates.find(({ pattern }) => pattern.test(pathname))?.path;
  const operation = path === undefined ? undefined : contract.paths[path]?.[method.toLowerCase()];
  return { path, operation, response: operation?.responses[String(status)] };
}

function schemaOf(method: string, answered: Answered, listed: ReturnType<typeof listedFor>) {
  const { path, operation, response } = listed;
  const problem = (contract['components'] as { schemas: Record<string, unknown> }).schemas['Problem'];
  if (response === undefined) {
    const anywhere = everywhere.has(String(answered.status)) || operation === undefined;
    return anywhere ? { key: 'problem', schema: problem } : `${method} ${path} may not answer ${answered.status}`;
  }
  if (response.content === undefined) {
    return answered.text === '' ? { key: 'empty', schema: {} } : `${method} ${path} has no body for this`;
  }
  const [type = ''] = typeOf(answered).split(';');
  const content = response.content[type];
  if (content === undefined) return `${method} ${path} may not answer ${answered.status} as ${type}`;
  const events = (content as { 'x-event-schema'?: unknown })['x-event-schema'];
  const schema =
    type === 'text/event-stream' && events !== undefined ? { type: 'array', items: events } : content.schema;
  return { key: `${method} ${path} ${answered.status} ${type}`, schema };
}

/** The data of each event, in their order. */
export const eventsIn = (stream: string): unknown[] =>
  [...stream.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => JSON.parse(data) as unknown);

function valueOf(answered: Answered): unknown {
  const type = typeOf(answered);
  if (type.startsWith('text/event-stream')) return eventsIn(answered.text);
  return type.startsWith('application/json') ? structuredClone(answered.json) : answered.text;
}

/** Clients show each violation beside its field, so 4000 without one leaves them nothing to show. */
function namesNoField({ json }: Answered): boolean {
  const { code, violations = [] } = (json ?? {}) as {
    readonly code?: unknown;
    readonly violations?: readonly unknown[];
  };
  return code === '4000' && violations.length === 0;
}

/** Null when the answer obeys openapi.yaml, else the reason why not. */
export function breachOf(method: string, url: string, answered: Answered): string | null {
  const listed = listedFor(method, url, answered);
  const found = schemaOf(method, answered, listed);
  if (typeof found === 'string') return found;
  const headerBreach = headerBreachOf(answered.headers, answered.status, listed.response);
  if (headerBreach !== null) return `${method} ${url} ${answered.status}: ${headerBreach}`;
  if (namesNoField(answered)) return `${method} ${url} ${answered.status}: 4000 without violations`;
  const validate = compiled.get(found.key) ?? ajv.compile(found.schema as object);
  compiled.set(found.key, validate);
  const value = valueOf(answered);
  if (found.key === 'empty' || validate(value)) return null;
  return `${method} ${url} ${answered.status}: ${ajv.errorsText(validate.errors)}: ${JSON.stringify(value)}`;
}
