import { hash } from 'node:crypto';
import type { Clock } from '../../../application/ports/clock.ts';
import { createRecent } from '../../../application/services/recent.ts';

/** Tokens remembered at once; beyond it the oldest is verified anew. */
const tokensMax = 10_000;
/** A token of a withdrawn key is accepted for this much longer at most. */
const rememberMs = 60_000;

/**
 * Remembers the claims of verified tokens: verifying took a quarter of the API's time for a command. The claims, the expiry
 * among them, are still checked at every request. Refusals are not remembered, nor are the tokens themselves.
 */
export function rememberTokens<Claims>(
  verify: (token: string) => Promise<Claims>,
  clock: Pick<Clock, 'monotonicMs'>,
): (token: string) => Promise<Claims> {
  const known = createRecent<string, { readonly claims: Claims; readonly untilMs: number }>(tokensMax);
  return async (token) => {
    const digest = hash('sha256', token, 'base64');
    const found = known.get(digest);
    if (found !== undefined && clock.monotonicMs() < found.untilMs) return found.claims;
    const claims = await verify(token);
    known.set(digest, { claims, untilMs: clock.monotonicMs() + rememberMs });
    return claims;
  };
}
