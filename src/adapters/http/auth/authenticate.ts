import { compactVerify, type CompactVerifyGetKey } from 'jose';
import type { Clock } from '../../../application/ports/clock.ts';
import { Fault } from '../../../application/ports/faults.ts';
import type { Log } from '../../../application/ports/log.ts';
import type { TokenTrust } from '../contract/http-services.ts';
import { Problem } from '../contract/problem.ts';
import { rememberTokens } from './remember-tokens.ts';
import { createRemoteKeys } from './remote-keys.ts';
import { createAjv } from '../contract/request-validator.ts';
import type { User } from '../contract/route.ts';

/** Clocks of two machines differ a little: a token "from the future" by less than this is taken. */
const skewSeconds = 5;

const challenge = { 'WWW-Authenticate': 'Bearer' };
const undecodable = (): Problem => new Problem(401, '1003', { headers: challenge });

type Claims = {
  readonly user_id: string;
  readonly is_superuser: boolean | string;
  readonly roles: readonly string[];
  readonly nbf?: number;
  readonly iat?: number;
  readonly exp?: number;
  readonly iss?: unknown;
  readonly aud?: unknown;
};

const isClaims = createAjv().compile<Claims>({
  type: 'object',
  required: ['user_id'],
  properties: {
    user_id: { type: 'string', format: 'uuid' },
    // The auth service writes the words of its language, as strings.
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

/** A token with an audience was made for somebody else, unless that is our name; ours have none where we have none. */
function isForUs({ issuer, audience }: TokenTrust, { iss, aud }: Claims): boolean {
  const named: readonly unknown[] = [aud].flat();
  if (issuer !== null && iss !== issuer) return false;
  return audience === null ? aud === undefined : named.includes(audience);
}

function userOf(trust: TokenTrust, claims: Claims, nowSeconds: number): User {
  const { user_id: id, is_superuser: superuser, roles, nbf = nowSeconds, iat = nowSeconds, exp = Infinity } = claims;
  if (!isForUs(trust, claims) || Math.max(nbf, iat) > nowSeconds + skewSeconds) throw undecodable();
  if (exp <= nowSeconds) throw new Problem(401, '1004', { headers: challenge });
  // One user has one spelling, and hence one document and one Kafka key.
  return { id: id.toLowerCase(), isSuperuser: String(superuser).toLowerCase() === 'true', roles };
}

type Verifier = { readonly key: CompactVerifyGetKey; readonly algorithms: string[] };

/**
 * The algorithms follow from the kind of the keys and never from the token: else whoever knows a public key could take its
 * bytes for a shared secret.
 */
function verifierOf({ keys }: TokenTrust, services: { clock: Clock; log: Log }): Verifier {
  if (keys.kind === 'published') {
    const algorithms = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];
    return { key: createRemoteKeys(keys.address, services), algorithms };
  }
  const key = new TextEncoder().encode(keys.secret);
  return { key: () => Promise.resolve(key), algorithms: ['HS256'] };
}

async function verify({ key, algorithms }: Verifier, token: string): Promise<Claims> {
  try {
    const { payload, protectedHeader } = await compactVerify(token, key, { algorithms });
    if (protectedHeader.crit !== undefined) throw undecodable();
    return parseClaims(payload);
  } catch (error) {
    if (error instanceof Fault) throw error;
    // What exactly is wrong with a token is nobody's business but its maker's.
    throw undecodable();
  }
}

export type Authenticate = (authorization: string | undefined) => Promise<User>;

/**
 * A token of the auth service, raw or as `Bearer`. Claims are judged here and not by the library, whose one clock
 * tolerance would also lengthen the life of an expired token.
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
