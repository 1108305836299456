import type { Clock } from '../../../application/ports/clock.ts';
import { createRecent } from '../../../application/services/recent.ts';
import type { HttpOptions, RateLimit } from '../contract/http-services.ts';
import { Problem } from '../contract/problem.ts';
import { serviceRole, type User } from '../contract/route.ts';

/** Keys remembered at once; beyond it the one unused for longest starts anew, in the client's favour. */
const keysMax = 20_000;

/** What the limit leaves, as the headers `RateLimit-*` say it. */
export type Allowance = { readonly limit: number; readonly remaining: number; readonly resetSeconds: number };

export const rateHeaders = ({ limit, remaining, resetSeconds }: Allowance): Readonly<Record<string, string>> => ({
  'RateLimit-Limit': String(limit),
  'RateLimit-Remaining': String(remaining),
  'RateLimit-Reset': String(resetSeconds),
});

type Bucket = { readonly tokens: number; readonly atMs: number };

/** A token bucket per key; throws 429. Processes count separately, so the real bound is this times the processes. */
export function createRateLimit(limit: RateLimit, clock: Clock): (key: string) => Allowance {
  const buckets = createRecent<string, Bucket>(keysMax);
  return (key) => {
    const atMs = clock.monotonicMs();
    const bucket = buckets.get(key) ?? { tokens: limit.burst, atMs };
    const tokens = Math.min(limit.burst, bucket.tokens + ((atMs - bucket.atMs) / 1_000) * limit.perSecond);
    const left = tokens >= 1 ? tokens - 1 : tokens;
    buckets.set(key, { tokens: left, atMs });
    const resetSeconds = Math.ceil((limit.burst - left) / limit.perSecond);
    const allowance = { limit: limit.burst, remaining: Math.floor(left), resetSeconds };
    if (tokens >= 1) return allowance;
    const seconds = Math.max(1, Math.ceil((1 - tokens) / limit.perSecond));
    throw new Problem(429, '4029', { headers: { 'Retry-After': String(seconds), ...rateHeaders(allowance) } });
  };
}

/** The limit of who has a token: a service is no person, and has a limit of its own. */
export function createUserLimit(
  { perUser, perService }: HttpOptions['rateLimits'],
  clock: Clock,
): (user: User) => Allowance {
  const [limitPerson, limitService] = [createRateLimit(perUser, clock), createRateLimit(perService, clock)];
  return ({ id, roles }) => (roles.includes(serviceRole) ? limitService(id) : limitPerson(id));
}
