import { SignJWT } from 'jose';
import type { Instant } from '../../domain/instant.ts';
import type { TokenTrust } from './http-services.ts';
import { Problem } from './problem.ts';

/** A token as the auth service would issue it; for development and tests. With published keys only that service can. */
export async function signToken(
  { keys, issuer, audience }: TokenTrust,
  token: {
    readonly userId: string;
    readonly isSuperuser: boolean;
    readonly roles: readonly string[];
    readonly now: Instant;
    readonly lifeMs: number;
  },
): Promise<string> {
  if (keys.kind === 'published') throw new Problem(404, '4004', { detail: 'tokens are signed elsewhere' });
  const { userId: user_id, isSuperuser: is_superuser, roles } = token;
  const names = { ...(issuer === null ? {} : { iss: issuer }), ...(audience === null ? {} : { aud: audience }) };
  const issuedAt = Math.floor(token.now / 1_000);
  return new SignJWT({ ...names, user_id, is_superuser, roles: [...roles] })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject('authentication')
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + Math.floor(token.lifeMs / 1_000))
    .sign(new TextEncoder().encode(keys.secret));
}
