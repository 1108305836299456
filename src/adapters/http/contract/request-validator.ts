import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import type { Request } from 'express';
import { writableOrNull } from '../../../domain/model/instant.ts';
import { parseInstant } from '../../../messages/parse-instant.ts';
import type { Operation, Parameter, Schema } from './openapi.ts';
import { fieldAt, invalid, invalidAt, type Problem, reasonRequired } from './problem.ts';

export type ValidRequest = {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
};

/** Checks an untrusted request against its operation. Throws 422/4000. */
export type ValidateRequest = (request: Pick<Request, 'params' | 'query' | 'headers'>, body: unknown) => ValidRequest;

const dateTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/i;

/** Strict, so that a misspelt keyword in openapi.yaml stops the start and not a purchase. It finds every error. */
export const createAjv = (): Ajv2020 =>
  new Ajv2020({
    strict: true,
    allErrors: true,
    allowUnionTypes: true,
    // Read by command-input.ts.
    keywords: ['x-hashed', 'x-sealed', 'x-field'],
    useDefaults: true,
    formats: {
      uuid: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
      // A message cannot have an instant of other years than those of four digits.
      'date-time': (text: string) => dateTime.test(text) && writableOrNull(parseInstant(text) ?? NaN) !== null,
      uri: (text: string) => URL.canParse(text),
    },
  });

function schemaOf(parameters: readonly Parameter[], place: Parameter['in']): Schema {
  const ours = parameters.filter((parameter) => parameter.in === place);
  const nameOf = ({ name }: Parameter): string => (place === 'header' ? name.toLowerCase() : name);
  return {
    type: 'object',
    properties: Object.fromEntries(ours.map((parameter) => [nameOf(parameter), parameter.schema])),
    required: ours.filter(({ required }) => required).map(nameOf),
  };
}

/** Query texts become numbers where the contract has an integer. Any other text stays, and fails its type. */
function coerce(query: Readonly<Record<string, unknown>>, parameters: readonly Parameter[]): Record<string, unknown> {
  const integers = parameters.filter(({ schema }) => schema['type'] === 'integer').map(({ name }) => name);
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [
      name,
      integers.includes(name) && typeof value === 'string' && /^-?\d{1,9}$/.test(value) ? Number(value) : value,
    ]),
  );
}

/** A client that sends a thousand wrong items learns of the first ones. */
const violationsMax = 20;

/** The field of an error: `/body/tariff_id` → `tariff_id`. What a client has made up is never repeated. */
function paramOf({ instancePath, params }: ErrorObject): string {
  const missing: unknown = params['missingProperty'];
  return fieldAt([instancePath.slice(1), ...(typeof missing === 'string' ? [missing] : [])].join('/'));
}

/** One that is too long is there. */
const saysNoReason = (error: ErrorObject): boolean => paramOf(error) === 'reason' && error.keyword !== 'maxLength';

/** The detail names the first place and its rule, as clients of the v1 API know it; `violations` has all of them. */
function refusalOf(errors: readonly ErrorObject[], access: Operation['x-access']): Problem {
  const [first] = errors;
  const violations = errors
    .slice(0, violationsMax)
    .map((error) => ({ param: paramOf(error), message: error.message ?? 'is not valid' }));
  const detail = `${first?.instancePath.slice(1) ?? 'request'} ${first?.message ?? 'is not valid'}`;
  const isReasonMissing = access === 'superuser' && errors.every(saysNoReason);
  return isReasonMissing ? reasonRequired(violations) : invalid(detail, violations);
}

/** The validator of one operation, compiled once at start. */
export function createRequestValidator(operation: Operation): ValidateRequest {
  const { parameters = [], requestBody, 'x-access': access } = operation;
  const isValid = createAjv().compile<ValidRequest>({
    type: 'object',
    properties: {
      path: schemaOf(parameters, 'path'),
      query: schemaOf(parameters, 'query'),
      headers: schemaOf(parameters, 'header'),
      body: requestBody?.content['application/json']?.schema ?? {},
    },
    required: ['path', 'query', 'headers'],
  });
  return ({ params, query, headers }, body) => {
    if (body === undefined && requestBody?.required === true) throw invalidAt('body', 'is required');
    const request: unknown = { path: { ...params }, query: coerce(query, parameters), headers, body };
    if (isValid(request)) return { path: request.path, query: request.query, body: request.body };
    throw refusalOf(isValid.errors ?? [], access);
  };
}
