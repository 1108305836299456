import { compactVerify } from 'jose';
import type { CompactVerifyGetKey } from 'jose';
import type { Clock } from '../../application/ports/clock.ts';
import { Fault } from '../../application/ports/fault.ts';
import type { Log } from '../../application/ports/log.ts';
import type { TokenTrust } from './http-services.ts';
import { Problem } from './problem.ts';
import { rememberTokens } from './remember-tokens.ts';
import { makeRemoteKeys } from './remote-keys.ts';
import type { User } from './route.ts';
import { parseUuid } from './uuid.ts';

/** Clocks of two machines differ a little: a token "from the future" by less than this is taken. */
const skewSeconds = 5;

const challenge = { 'WWW-Authenticate': 'Bearer' };
const undecodable = (): Problem => new Problem(401, '1003', { headers: challenge });

function parseSuperuser(claim: unknown): boolean {
  if (claim === undefined || claim === false) return false;
  if (claim === true) return true;
  // The auth service writes the words of its language, as strings.
  if (typeof claim === 'string' && /^(true|false)$/i.test(claim)) return claim.toLowerCase() === 'true';
  throw undecodable();
}

function parseRoles(claim: unknown): readonly string[] {
  if (claim === undefined) return [];
  if (!Array.isArray(claim)) throw undecodable();
  return claim.map((role: unknown) => {
    if (typeof role !== 'string') throw undecodable();
    return role;
  });
}

function parseSeconds(claim: unknown): number | null {
  if (claim === undefined) return null;
  if (typeof claim !== 'number' || !Number.isFinite(claim)) throw undecodable();
  return claim;
}

function parseClaims(payload: Uint8Array): Record<string, unknown> {
  const claims: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) throw undecodable();
  return { ...claims };
}

/** A token with an audience was made for somebody else, unless that is our name; ours have none where we have none. */
function isForUs({ issuer, audience }: TokenTrust, claims: Record<string, unknown>): boolean {
  const named: readonly unknown[] = [claims['aud']].flat();
  if (issuer !== null && claims['iss'] !== issuer) return false;
  return audience === null ? claims['aud'] === undefined : named.includes(audience);
}

function userOf(trust: TokenTrust, claims: Record<string, unknown>, nowSeconds: number): User {
  const id = parseUuid(claims['user_id']);
  const notBefore = parseSeconds(claims['nbf']) ?? nowSeconds;
  const issuedAt = parseSeconds(claims['iat']) ?? nowSeconds;
  const expiresAt = parseSeconds(claims['exp']);
  if (id === null || !isForUs(trust, claims)) throw undecodable();
  if (Math.max(notBefore, issuedAt) > nowSeconds + skewSeconds) throw undecodable();
  const user = {
    id,
    isSuperuser: parseSuperuser(claims['is_superuser']),
    roles: parseRoles(claims['roles']),
  };
  if (expiresAt !== null && expiresAt <= nowSeconds) throw new Problem(401, '1004', { headers: challenge });
  return user;
}

type Verifier = { readonly key: CompactVerifyGetKey; readonly algorithms: string[] };

/**
 * The algorithms follow from the kind of the keys and never from the token: else whoever knows a public key could take its
 * bytes for a shared secret.
 */
function verifierOf({ keys }: TokenTrust, services: { clock: Clock; log: Log }): Verifier {
  if (keys.kind === 'published') {
    const algorithms = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];
    return { key: makeRemoteKeys(keys.address, services), algorithms };
  }
  const key = new TextEncoder().encode(keys.secret);
  return { key: () => Promise.resolve(key), algorithms: ['HS256'] };
}

async function verify({ key, algorithms }: Verifier, token: string): Promise<Record<string, unknown>> {
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
export function makeAuthenticate(trust: TokenTrust, services: { clock: Clock; log: Log }): Authenticate {
  const verifier = verifierOf(trust, services);
  const claimsOf = rememberTokens((token) => verify(verifier, token), services.clock);
  return async (authorization) => {
    if (authorization === undefined) throw new Problem(403, '3000');
    const token = authorization.replace(/^Bearer +/i, '').trim();
    return userOf(trust, await claimsOf(token), services.clock.now() / 1_000);
  };
}
