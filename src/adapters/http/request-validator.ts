import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import type { OpenApi, Operation, Parameter, Schema } from './openapi.ts';
import { invalid } from './problem.ts';
import { parseUuid } from './uuid.ts';

/** What came in from outside, before anything about it is known. */
export type RawRequest = {
  readonly path: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
};

export type ValidRequest = {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
};

export type ValidateRequest = (raw: RawRequest) => ValidRequest;

const dateTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/i;

/** Strict, so that a misspelt keyword in openapi.yaml stops the start and not a purchase. One error is enough. */
export const makeAjv = (): Ajv2020 =>
  new Ajv2020({
    strict: true,
    allowUnionTypes: true,
    useDefaults: true,
    formats: {
      uuid: (text: string) => parseUuid(text) !== null,
      'date-time': (text: string) => dateTime.test(text) && !Number.isNaN(Date.parse(text)),
      uri: (text: string) => URL.canParse(text),
    },
  });

/** Names the place and the rule, and never repeats what was sent. */
function detailOf(where: string, errors: readonly ErrorObject[] | null | undefined): string {
  const error = errors?.[0];
  return `${where}${error?.instancePath ?? ''} ${error?.message ?? 'is not valid'}`;
}

function compileParameters(ajv: Ajv2020, parameters: readonly Parameter[], place: Parameter['in']): ValidateFunction {
  const ours = parameters.filter((parameter) => parameter.in === place);
  const nameOf = ({ name }: Parameter): string => (place === 'header' ? name.toLowerCase() : name);
  return ajv.compile({
    type: 'object',
    properties: Object.fromEntries(ours.map((parameter) => [nameOf(parameter), parameter.schema])),
    required: ours.filter(({ required }) => required).map(nameOf),
  });
}

/** Query texts become numbers where the contract says number; whatever is no integer stays text and fails its type. */
function coerce(query: Readonly<Record<string, unknown>>, parameters: readonly Parameter[]): Record<string, unknown> {
  const integers = parameters.filter(({ schema }) => schema['type'] === 'integer').map(({ name }) => name);
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [
      name,
      integers.includes(name) && typeof value === 'string' && /^-?\d{1,9}$/.test(value) ? Number(value) : value,
    ]),
  );
}

const bodySchema = (operation: Operation): Schema => operation.requestBody?.content['application/json']?.schema ?? {};

/** The validator of one operation, compiled once at start. Throws 422/4000. */
export function makeRequestValidator(openApi: OpenApi, method: string, path: string): ValidateRequest {
  const operation = openApi.paths[path]?.[method];
  if (operation === undefined) throw new TypeError(`openapi.yaml does not describe ${method} ${path}`);
  const ajv = makeAjv();
  const parameters = operation.parameters ?? [];
  const validPath = compileParameters(ajv, parameters, 'path');
  const validQuery = compileParameters(ajv, parameters, 'query');
  const validHeaders = compileParameters(ajv, parameters, 'header');
  const validBody = ajv.compile(bodySchema(operation));
  const bodyRequired = operation.requestBody?.required === true;

  return (raw) => {
    const query = coerce(raw.query, parameters);
    if (!validPath(raw.path)) throw invalid(detailOf('path', validPath.errors));
    if (!validQuery(query)) throw invalid(detailOf('query', validQuery.errors));
    if (!validHeaders(raw.headers)) throw invalid(detailOf('headers', validHeaders.errors));
    if (raw.body === undefined && bodyRequired) throw invalid('body is required');
    if (raw.body !== undefined && !validBody(raw.body)) throw invalid(detailOf('body', validBody.errors));
    const texts = Object.entries(raw.path).map(([name, value]) => [name, String(value)] as const);
    return { path: Object.fromEntries(texts), query, body: raw.body };
  };
}
