import { type CompactVerifyGetKey, createRemoteJWKSet, customFetch, errors } from 'jose';
import type { Clock } from '../../../application/ports/clock.ts';
import { Fault } from '../../../application/ports/faults.ts';
import type { Log } from '../../../application/ports/log.ts';

/** The request of a client waits for the keys meanwhile. */
const timeoutMs = 3_000;
/** The keys are fetched once per this time at most: tokens with invented key ids must not flood the auth service. */
const cooldownMs = 10_000;
/** The keys are refreshed this often, in the background: a withdrawn key is accepted no longer. */
const refreshMs = 5 * 60_000;
/** While the auth service is unavailable, its last keys are used for this long. */
const keysMaxAgeMs = 60 * 60_000;

const unavailable = (cause?: unknown): Fault =>
  new Fault('keys_away', 'the keys of the access tokens are unavailable', { retryable: true, cause });

/** The keys that the auth service publishes. Throws a retryable Fault while they are unavailable. */
export function createRemoteKeys(address: string, { clock, log }: { clock: Clock; log: Log }): CompactVerifyGetKey {
  let askedMs = -Infinity;
  const sinceAskedMs = (): number => clock.monotonicMs() - askedMs;
  const keys = createRemoteJWKSet(new URL(address), {
    timeoutDuration: timeoutMs,
    cooldownDuration: cooldownMs,
    cacheMaxAge: keysMaxAgeMs,
    [customFetch]: (url, options) => {
      if (sinceAskedMs() < cooldownMs) throw unavailable();
      askedMs = clock.monotonicMs();
      return fetch(url, options);
    },
  });
  const refresh = (): void => {
    keys.reload().catch((cause: unknown) => log.warn('keys of access tokens not refreshed', {}, cause));
  };
  return async (header, token) => {
    if (sinceAskedMs() >= refreshMs) refresh();
    try {
      return await keys(header, token);
    } catch (cause) {
      // These two errors concern the token; every other one means that the keys are unavailable.
      if (cause instanceof errors.JWKSNoMatchingKey || cause instanceof errors.JWKSMultipleMatchingKeys) throw cause;
      throw unavailable(cause);
    }
  };
}
