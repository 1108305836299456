import { hash } from 'node:crypto';
import type { Clock } from '../../../application/ports/clock.ts';
import { createRecent } from '../../../application/recent.ts';

/** Tokens remembered at once; beyond it the oldest is verified anew. */
const tokensMax = 10_000;
/** A key that is withdrawn opens no door for longer than this. */
const rememberMs = 60_000;

/**
 * The claims of a token whose signature was good a moment ago: verifying it was a quarter of what an order cost the API.
 * What the claims mean, expiry first, is judged at every request. Refusals are not remembered, nor is the token itself.
 */
export function rememberTokens<Claims>(
  verify: (token: string) => Promise<Claims>,
  clock: Pick<Clock, 'monotonicMs'>,
): (token: string) => Promise<Claims> {
  const known = createRecent<string, { readonly claims: Claims; readonly untilMs: number }>(tokensMax);
  return async (token) => {
    const name = hash('sha256', token, 'base64');
    const found = known.get(name);
    if (found !== undefined && clock.monotonicMs() < found.untilMs) return found.claims;
    const claims = await verify(token);
    known.set(name, { claims, untilMs: clock.monotonicMs() + rememberMs });
    return claims;
  };
}
