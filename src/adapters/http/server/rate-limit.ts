import type { Clock } from '../../../application/ports/clock.ts';
import { alone, type CountSharing } from '../../../application/services/count-sharing.ts';
import { createRecent } from '../../../application/services/recent.ts';
import type { HttpOptions, RateLimit } from '../contract/http-services.ts';
import { Problem } from '../contract/problem.ts';
import { serviceRole, type User } from '../contract/route.ts';
import { createNear } from './near-limit.ts';

/** Keys remembered at once; beyond it the one unused for longest starts anew, in the client's favour. */
const keysMax = 20_000;

/** What the limit leaves, as the headers `RateLimit-*` say it. */
export type Allowance = { readonly limit: number; readonly remaining: number; readonly resetSeconds: number };

export const rateHeaders = ({ limit, remaining, resetSeconds }: Allowance): Readonly<Record<string, string>> => ({
  'RateLimit-Limit': String(limit),
  'RateLimit-Remaining': String(remaining),
  'RateLimit-Reset': String(resetSeconds),
});

/** `part`: what is left of the part that each process has of the bucket. */
type Bucket = { readonly tokens: number; readonly part: number; readonly atMs: number };

/**
 * A token bucket per key; throws 429. Other processes take from the same bucket, and tell so twice a second: only what they let through
 * meanwhile can exceed the limit. Their part may empty the bucket twice over and no further: else who shares a key with a client in a
 * loop, or sent one burst to all processes, would be refused for as many refills as there are processes.
 */
export function createRateLimit(
  limit: RateLimit,
  clock: Clock,
  { kind, sharing }: { readonly kind: string; readonly sharing: CountSharing } = { kind: '', sharing: alone },
): (key: string) => Allowance {
  const { burst, perSecond } = limit;
  const buckets = createRecent<string, Bucket>(keysMax);
  const near = createNear({ kind, sharing, burst }, clock);
  return (key) => {
    const atMs = clock.monotonicMs();
    const partMax = burst / sharing.processes();
    const before = buckets.get(key) ?? { tokens: burst, part: partMax, atMs };
    const refill = ((atMs - before.atMs) / 1_000) * perSecond;
    const part = Math.min(partMax, before.part + refill / sharing.processes());
    const { since, first } = near.heard(key);
    // While the bucket filled again, the others took from it.
    const tokens = Math.max(-burst, Math.min(burst, before.tokens + refill - since) - first);
    const isTaken = tokens >= 1;
    const left = isTaken ? tokens - 1 : tokens;
    const isNear = part < partMax || tokens < burst;
    if (isTaken) near.took(key, { isBeyond: part < 1, isNear, missing: Math.ceil(partMax - part + 1) });
    buckets.set(key, { tokens: left, part: isTaken ? Math.max(0, part - 1) : part, atMs });
    const resetSeconds = Math.ceil((burst - left) / perSecond);
    const allowance = { limit: burst, remaining: Math.max(0, Math.floor(left)), resetSeconds };
    if (isTaken) return allowance;
    const seconds = Math.max(1, Math.ceil((1 - tokens) / perSecond));
    throw new Problem(429, '4029', { headers: { 'Retry-After': String(seconds), ...rateHeaders(allowance) } });
  };
}

/** The limit of who has a token: a service is no person, and has a limit of its own. */
export function createUserLimit(
  { perUser, perService }: HttpOptions['rateLimits'],
  clock: Clock,
  sharing: CountSharing,
): (user: User) => Allowance {
  const limitPerson = createRateLimit(perUser, clock, { kind: 'person', sharing });
  const limitService = createRateLimit(perService, clock, { kind: 'service', sharing });
  return ({ id, roles }) => (roles.includes(serviceRole) ? limitService(id) : limitPerson(id));
}
