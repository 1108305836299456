import { refusal } from './errors.ts';
import { historyMs } from './methods.ts';
import type { Sandbox } from './sandbox.ts';

const defaultLimit = 10;
const maxLimit = 100;
const comparisons: readonly (readonly [suffix: string, test: (value: number, bound: number) => boolean])[] = [
  ['gte', (value, bound) => value >= bound],
  ['gt', (value, bound) => value > bound],
  ['lte', (value, bound) => value <= bound],
  ['lt', (value, bound) => value < bound],
];

type Listed = { readonly id: string; readonly created_at: string };
type ListedRecord<T> = { readonly seq: number; readonly clockId: string | null; readonly object: T };
export type Page<T> = { readonly type: 'list'; readonly items: readonly T[]; readonly next_cursor?: string };

/** A date with a time and its zone, as the provider's parameters have it. */
const timeShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

function readTime(name: string, text: string): number {
  const timeMs = timeShape.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(timeMs)) throw refusal('badParameter', name);
  return timeMs;
}

function readLimit(query: URLSearchParams): number {
  const text = query.get('limit') ?? String(defaultLimit);
  const limit = Number(text);
  if (!/^\d{1,3}$/.test(text) || limit < 1 || limit > maxLimit) throw refusal('badParameter', 'limit');
  return limit;
}

/** The four time filters of a field; the dot is part of the parameter's name. */
export function timeFilter<T>(query: URLSearchParams, field: string, timeOf: (object: T) => string | undefined) {
  const bounds = comparisons.flatMap(([suffix, test]) => {
    const text = query.get(`${field}.${suffix}`);
    return text === null ? [] : [{ test, boundMs: readTime(`${field}.${suffix}`, text) }];
  });
  return (object: T): boolean => {
    const time = timeOf(object);
    return bounds.every(({ test, boundMs }) => time !== undefined && test(Date.parse(time), boundMs));
  };
}

export function equalFilter<T>(query: URLSearchParams, name: string, valueOf: (object: T) => string | undefined) {
  const wanted = query.get(name);
  return (object: T): boolean => wanted === null || valueOf(object) === wanted;
}

export function enumFilter<T>(
  query: URLSearchParams,
  name: string,
  allowed: readonly string[],
  valueOf: (object: T) => string | undefined,
) {
  const wanted = query.get(name);
  if (wanted !== null && !allowed.includes(wanted)) throw refusal('badParameter', name);
  return equalFilter(query, name, valueOf);
}

/** A cursor is opaque: it is no id of an object, and only a list takes it. */
const cursorOf = (id: string): string => Buffer.from(id).toString('base64url');

const byAge = <T extends Listed>(a: ListedRecord<T>, b: ListedRecord<T>): number =>
  Date.parse(b.object.created_at) - Date.parse(a.object.created_at) || b.seq - a.seq;

/**
 * Newest first. The cursor names the last object of the page, so that later arrivals do not shift the pages. It holds no
 * filters: the next page has those that are sent with it.
 */
export function listPage<T extends Listed>(
  sandbox: Sandbox,
  records: readonly ListedRecord<T>[],
  query: URLSearchParams,
  filters: readonly ((object: T) => boolean)[],
): Page<T> {
  const limit = readLimit(query);
  const isRecent = (record: ListedRecord<T>): boolean =>
    Date.parse(record.object.created_at) >= sandbox.clocks.nowMs(record.clockId) - historyMs;
  const recent = records.filter(isRecent);
  // Searched among all objects: the one that the cursor names may no longer match the filter.
  const cursor = query.get('cursor');
  const lastShown = cursor === null ? undefined : recent.find(({ object }) => cursorOf(object.id) === cursor);
  if (cursor !== null && lastShown === undefined) throw refusal('badParameter', 'cursor');
  const rest = recent
    .filter((record) => lastShown === undefined || byAge(lastShown, record) < 0)
    .filter(({ object }) => filters.every((accepts) => accepts(object)))
    .sort(byAge);
  const items = rest.slice(0, limit).map(({ object }) => object);
  const last = items.at(-1);
  return {
    ...{ type: 'list', items },
    ...(rest.length > limit && last !== undefined ? { next_cursor: cursorOf(last.id) } : {}),
  };
}
