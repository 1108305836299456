import type { Clock } from '../../../application/ports/clock.ts';
import { createRecent } from '../../../application/services/recent.ts';
import type { RateLimit } from '../contract/http-services.ts';
import { Problem } from '../contract/problem.ts';

/** Keys remembered at once; beyond it the one unused for longest starts anew, in the client's favour. */
const keysMax = 20_000;

type Bucket = { readonly tokens: number; readonly atMs: number };

/** A token bucket per key; throws 429. Processes count separately, so the real bound is this times the processes. */
export function createRateLimit(limit: RateLimit, clock: Clock): (key: string) => void {
  const buckets = createRecent<string, Bucket>(keysMax);
  return (key) => {
    const atMs = clock.monotonicMs();
    const bucket = buckets.get(key) ?? { tokens: limit.burst, atMs };
    const tokens = Math.min(limit.burst, bucket.tokens + ((atMs - bucket.atMs) / 1_000) * limit.perSecond);
    buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, atMs });
    if (tokens >= 1) return;
    const seconds = Math.max(1, Math.ceil((1 - tokens) / limit.perSecond));
    throw new Problem(429, '4029', { headers: { 'Retry-After': String(seconds) } });
  };
}
