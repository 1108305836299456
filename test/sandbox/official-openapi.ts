import { readFileSync } from 'node:fs';
import { Ajv2019, type ValidateFunction } from 'ajv/dist/2019.js';
import { parse } from 'yaml';

type Node = Readonly<Record<string, unknown>>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
/** The value behind the names; anything that is no object has nothing behind them. */
const within = (value: unknown, ...names: readonly string[]): Node =>
  names.reduce<Node>((found, name) => (isNode(found[name]) ? found[name] : {}), isNode(value) ? value : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const mapped = (map: unknown, change: (value: unknown) => unknown): Node =>
  Object.fromEntries(Object.entries(within(map)).map(([name, value]) => [name, change(value)]));

/** The whole API has these statuses, and the file names them for few paths. It gives the code of a 429 to every 500. */
const statusesOfAllPaths: ReadonlySet<number> = new Set([404, 405, 413, 415, 429, 500]);
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Turns schemas of OpenAPI 3.0 into such as tell variants apart by `type`, anchor patterns, and know no further field. */
function createStrict(schemas: Node) {
  const mappings = Object.values(schemas).map((one) => within(one, 'discriminator', 'mapping'));
  const types = new Map<unknown, string>(mappings.flatMap(Object.entries).map(([type, ref]) => [ref, type]));
  const variant = (branch: unknown): Node => {
    const type = types.get(within(branch)['$ref']);
    const isThis = type === undefined ? true : { properties: { type: { const: type } } };
    return { if: isThis, then: schema(branch) };
  };
  const closed = (value: unknown): Node => ({ ...schema(value), unevaluatedProperties: false });
  function schema(value: unknown): Node {
    const { $ref: ref, allOf, oneOf, properties, items, pattern, ...rest } = within(value);
    return {
      ...rest,
      allOf: [{}, ...list(allOf).map(schema), ...list(oneOf).map(variant)],
      ...(typeof ref === 'string' ? { $ref: `file${ref}` } : {}),
      ...(properties === undefined ? {} : { properties: mapped(properties, closed) }),
      ...(items === undefined ? {} : { items: closed(items) }),
      ...(typeof pattern === 'string' ? { pattern: `^(?:${pattern})$` } : {}),
    };
  }
  return { schema, closed };
}

function openOfficial(file: string) {
  const api: unknown = parse(readFileSync(file, 'utf8'));
  const paths = within(api, 'paths');
  const schemas = within(api, 'components', 'schemas');
  // Real answers have these two as well.
  const seen = { method_completed: { type: 'boolean' }, challenge_completed: { type: 'boolean' } };
  Object.assign(within(schemas, 'ThreeDSecureDetails', 'properties'), seen);
  const { schema, closed } = createStrict(schemas);
  const formats = { 'date-time': time, date: true, email: true, int32: true } as const;
  const ajv = new Ajv2019({ allErrors: true, strict: false, formats });
  ajv.addSchema({ components: { schemas: mapped(schemas, schema) } }, 'file');
  const compiled = new Map<string, ValidateFunction>();
  const errorsIn = (key: string, wanted: unknown, body: unknown): string[] => {
    const check = compiled.get(key) ?? ajv.compile(closed(wanted));
    compiled.set(key, check);
    return check(body) ? [] : (check.errors ?? []).map((one) => JSON.stringify(one));
  };
  const jsonOf = (part: unknown): unknown => within(part, 'content', 'application/json')['schema'];
  const templateOf = (path: string): string =>
    Object.keys(paths).find((one) => new RegExp(`^${one.replace(/\{\w+\}/g, '[^/?]+')}(\\?|$)`).test(path)) ?? '';
  return {
    /** What the file forbids of an answer; nothing where it does not know the path. */
    answer(method: string, path: string, status: number, body: unknown): string[] {
      const template = templateOf(path);
      const response = within(paths, template, method.toLowerCase(), 'responses', String(status));
      const name = String(response['$ref']).split('/').at(-1) ?? '';
      const wanted = jsonOf(response) ?? jsonOf(within(api, 'components', 'responses', name));
      if (wanted !== undefined && status !== 500) return errorsIn(`${method} ${template} ${status}`, wanted, body);
      return template === '' || statusesOfAllPaths.has(status) ? [] : [`${method} ${template} has no status ${status}`];
    },
    request(path: string, body: unknown): string[] {
      const template = templateOf(path);
      return errorsIn(`POST ${template}`, jsonOf(within(paths, template, 'post', 'requestBody')), body);
    },
  };
}

/**
 * The provider's own OpenAPI file, where `TEST_YOOKASSA_OPENAPI` names a copy; null without one. The file is not ours to pass on, and
 * provider-contract.ts has what we took from it.
 */
export const official =
  process.env['TEST_YOOKASSA_OPENAPI'] === undefined ? null : openOfficial(process.env['TEST_YOOKASSA_OPENAPI']);
