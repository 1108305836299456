import { compactVerify, type CompactVerifyGetKey, type CompactVerifyResult } from 'jose';
import type { Clock } from '../../../application/ports/clock.ts';
import { Fault } from '../../../application/ports/faults.ts';
import type { Log } from '../../../application/ports/log.ts';
import type { TokenTrust } from '../contract/http-services.ts';
import { Problem } from '../contract/problem.ts';
import { rememberTokens } from './remember-tokens.ts';
import { createRemoteKeys } from './remote-keys.ts';
import { createAjv } from '../contract/request-validator.ts';
import type { User } from '../contract/route.ts';

/** Clocks of two machines differ a little: a token "from the future" by less than this is accepted. */
const skewSeconds = 5;

const challenge = { 'WWW-Authenticate': 'Bearer' };
const undecodable = (): Problem => new Problem(401, '1003', { headers: challenge });

type Claims = {
  readonly user_id: string;
  readonly is_superuser: boolean | string;
  readonly roles: readonly string[];
  readonly nbf?: number;
  readonly iat: number;
  readonly exp: number;
  readonly iss?: unknown;
  readonly aud?: unknown;
};

const isClaims = createAjv().compile<Claims>({
  type: 'object',
  // Without `iat` no one knows how long a token lives: a refresh token would pass on its last day.
  required: ['user_id', 'iat', 'exp'],
  properties: {
    user_id: { type: 'string', format: 'uuid' },
    // The auth service writes booleans as the strings `True` and `False`.
    is_superuser: { type: ['boolean', 'string'], pattern: '^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$', default: false },
    roles: { type: 'array', items: { type: 'string' }, default: [] },
    nbf: { type: 'number' },
    iat: { type: 'number' },
    exp: { type: 'number' },
  },
});

function parseClaims(payload: Uint8Array): Claims {
  const claims: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  if (!isClaims(claims)) throw undecodable();
  return claims;
}

/** Refuses a token for another audience (RFC 7519, 4.1.3), and one with any audience where none is configured. */
function isForUs({ issuer, audience }: TokenTrust, { iss, aud }: Claims): boolean {
  const named: readonly unknown[] = [aud].flat();
  if (issuer !== null && iss !== issuer) return false;
  return audience === null ? aud === undefined : named.includes(audience);
}

function userOf(trust: TokenTrust, claims: Claims, nowSeconds: number): User {
  const { user_id: id, is_superuser: superuser, roles, nbf = nowSeconds, iat, exp } = claims;
  const isTooLong = exp - iat > trust.lifeMaxMs / 1_000 + skewSeconds;
  if (!isForUs(trust, claims) || isTooLong || Math.max(nbf, iat) > nowSeconds + skewSeconds) throw undecodable();
  if (exp <= nowSeconds) throw new Problem(401, '1004', { headers: challenge });
  // One spelling of the id, because it is the id of the document and the Kafka key.
  return { id: id.toLowerCase(), isSuperuser: String(superuser).toLowerCase() === 'true', roles };
}

type Verifier = {
  /** Tried in turn. */
  readonly keys: readonly CompactVerifyGetKey[];
  readonly algorithms: string[];
  readonly type: string | null;
};

/**
 * The kind of the keys decides the algorithms, never the token: otherwise a forger could use the bytes of a public key as
 * the shared secret (RFC 8725, 3.1).
 */
function verifierOf({ keys, type }: TokenTrust, services: { clock: Clock; log: Log }): Verifier {
  if (keys.kind === 'published') {
    const algorithms = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];
    return { keys: [createRemoteKeys(keys.address, services)], algorithms, type };
  }
  const encoded = keys.secrets.map((secret) => new TextEncoder().encode(secret));
  return { keys: encoded.map((key) => () => Promise.resolve(key)), algorithms: ['HS256'], type };
}

const typeOf = ({ typ }: { typ?: unknown }): string =>
  typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : '';

/** Under the first key that fits; without one, the failure of the last. */
async function verifyUnderOne({ keys, algorithms }: Verifier, token: string): Promise<CompactVerifyResult> {
  let failure: unknown;
  for (const key of keys) {
    try {
      return await compactVerify(token, key, { algorithms });
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

async function verify(verifier: Verifier, token: string): Promise<Claims> {
  try {
    const { payload, protectedHeader } = await verifyUnderOne(verifier, token);
    if (protectedHeader.crit !== undefined) throw undecodable();
    if (verifier.type !== null && typeOf(protectedHeader) !== verifier.type) throw undecodable();
    return parseClaims(payload);
  } catch (error) {
    if (error instanceof Fault) throw error;
    // The answer does not say what exactly is wrong: that would help a forger.
    throw undecodable();
  }
}

export type Authenticate = (authorization: string | undefined) => Promise<User>;

/**
 * Accepts a token of the auth service, raw or as `Bearer`. Claims are checked here and not by jose, whose one clock
 * tolerance would also extend expired tokens.
 */
export function createAuthenticate(trust: TokenTrust, services: { clock: Clock; log: Log }): Authenticate {
  const verifier = verifierOf(trust, services);
  const claimsOf = rememberTokens((token) => verify(verifier, token), services.clock);
  return async (authorization) => {
    if (authorization === undefined) throw new Problem(403, '3000');
    const token = authorization.replace(/^Bearer +/i, '').trim();
    return userOf(trust, await claimsOf(token), services.clock.now() / 1_000);
  };
}
