import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** A JSON Schema, as a plain object. */
export type Schema = Readonly<Record<string, unknown>>;

export type Parameter = {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
  /** The field of the command that a header gives; a member of a body may name its field in the same way. */
  readonly 'x-field'?: string;
};

type Content = Readonly<Record<string, { readonly schema: Schema }>>;

/** An answer that the contract lists. */
export type Listed = {
  readonly content?: Content;
  readonly headers?: Readonly<Record<string, { readonly required?: boolean }>>;
};

export type Operation = {
  readonly operationId: string;
  readonly 'x-access': string;
  /** The command that the operation submits, and how its outcome is answered (routes/command-answers.ts). */
  readonly 'x-command'?: string;
  readonly 'x-answer'?: string;
  /** The path parameter by whose thing the user is found, where the path names no user. */
  readonly 'x-user-of'?: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, Listed>>;
};

export type OpenApi = {
  readonly info: { readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
} & Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const lookUp = (document: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((value, part) => (isObject(value) ? value[part] : undefined), document);

/** Replaces each `$ref` by its target; ours point into the document and form no cycle. */
function inline(value: unknown, document: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => inline(item, document));
  if (!isObject(value)) return value;
  if (typeof value['$ref'] === 'string') return inline(lookUp(document, value['$ref']), document);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inline(item, document)]));
}

const schemas = new URL('../../../../schemas/', import.meta.url);
const readContract = (name: string): unknown => parse(readFileSync(new URL(name, schemas), 'utf8'), { merge: true });

/** The contract as written, with its `$ref`s. */
export const readOpenApi = (): OpenApi => readContract('openapi.yaml') as OpenApi;

/** Puts each referenced file in its place, with what is said beside the reference; ours form no cycle. */
function withoutFiles(value: unknown, base: URL): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutFiles(item, base));
  if (!isObject(value)) return value;
  const { $ref: target, ...own } = value;
  const isFile = typeof target === 'string' && !target.startsWith('#');
  const rest = Object.fromEntries(
    Object.entries(isFile ? own : value).map(([key, item]) => [key, withoutFiles(item, base)]),
  );
  if (!isFile) return rest;
  const file = new URL(target, base);
  const referenced = withoutFiles(JSON.parse(readFileSync(file, 'utf8')), file);
  return { ...(referenced as object), ...rest };
}

/** The contract of the events, AsyncAPI, in one document. */
export const readEventContract = (): unknown => withoutFiles(readContract('asyncapi.yaml'), schemas);

/** The contract without any `$ref`, for the validators. */
export const inlinedOpenApi = (document: OpenApi): OpenApi => inline(document, document) as OpenApi;

export type Place = { readonly method: string; readonly path: string; readonly operation: Operation };

/** Every operation of the contract, by its id. */
export const operationsOf = (document: OpenApi): ReadonlyMap<string, Place> =>
  new Map(
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [operation.operationId, { method, path, operation }]),
    ),
  );
