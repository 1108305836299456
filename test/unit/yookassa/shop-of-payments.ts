import { dayMs, type Instant, toIso } from '../../../src/domain/model/instant.ts';
import type { HttpResult } from '../../../src/adapters/yookassa/http-call.ts';
import { succeededPayment } from './provider-answers.ts';

const first: Instant = Date.UTC(2031, 0, 31);

export type Shop = {
  readonly createdAt: (n: number) => Instant;
  readonly get: (path: string) => Promise<HttpResult>;
  /** Pages asked for. */
  readonly calls: () => number;
};

/** A shop with so many payments in a day, evenly spread; number n has the payment id `p-n`. */
export function createShop(count: number, within: { readonly dayMs: number } = { dayMs }): Shop {
  const createdAt = (n: number): Instant => first + Math.floor((n * within.dayMs) / count);
  const listed = Array.from({ length: count }, (_, n) => ({ n, at: createdAt(n) })).toReversed();
  let calls = 0;
  const get = (path: string): Promise<HttpResult> => {
    calls += 1;
    const query = new URL(path, 'http://shop').searchParams;
    const [from = 0, to = 0] = ['created_at.gte', 'created_at.lt'].map((name) => Date.parse(query.get(name) ?? ''));
    const inside = listed.filter(({ at }) => at >= from && at < to);
    const start = Number(query.get('cursor') ?? 0);
    const items = inside.slice(start, start + 100).map(({ n, at }) => ({
      ...succeededPayment,
      ...{ id: `object-${n}`, created_at: toIso(at), metadata: { payment_id: `p-${n}`, user_id: 'u-1' } },
    }));
    const nextCursor = start + 100 < inside.length ? String(start + 100) : undefined;
    return Promise.resolve({
      kind: 'response',
      status: 200,
      body: JSON.stringify({ type: 'list', items, next_cursor: nextCursor }),
    });
  };
  return { createdAt, get, calls: () => calls };
}
