import { type CompactVerifyGetKey, createRemoteJWKSet, customFetch, errors } from 'jose';
import type { Clock } from '../../../application/ports/clock.ts';
import { Fault } from '../../../application/ports/faults.ts';
import type { Log } from '../../../application/ports/log.ts';

/** A client waits for this answer before it hears anything. */
const timeoutMs = 3_000;
/** One question per so long, whatever the answer was: tokens with made-up key ids must not become a storm of questions. */
const cooldownMs = 10_000;
/** So often the keys are asked for anew, beside the requests: a key that was withdrawn is believed no longer. */
const refreshMs = 5 * 60_000;
/** An auth service that is away costs nobody his access, until its keys are too old to be believed. */
const keysMaxAgeMs = 60 * 60_000;

const away = (cause?: unknown): Fault =>
  new Fault('keys_away', 'the keys of the access tokens are not to be had', { retryable: true, cause });

/** The keys that the auth service publishes. Throws a retryable Fault when it cannot be known whether a key is one. */
export function createRemoteKeys(address: string, { clock, log }: { clock: Clock; log: Log }): CompactVerifyGetKey {
  let askedMs = -Infinity;
  const sinceAskedMs = (): number => clock.monotonicMs() - askedMs;
  const keys = createRemoteJWKSet(new URL(address), {
    timeoutDuration: timeoutMs,
    cooldownDuration: cooldownMs,
    cacheMaxAge: keysMaxAgeMs,
    [customFetch]: (url, options) => {
      if (sinceAskedMs() < cooldownMs) throw away();
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
      // Only these say something about the token; the rest says that we have no keys to judge it by.
      if (cause instanceof errors.JWKSNoMatchingKey || cause instanceof errors.JWKSMultipleMatchingKeys) throw cause;
      throw away(cause);
    }
  };
}
