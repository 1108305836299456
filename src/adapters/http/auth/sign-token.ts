import { SignJWT } from 'jose';
import type { Instant } from '../../../domain/model/instant.ts';
import type { TokenTrust } from '../contract/http-services.ts';
import { Problem } from '../contract/problem.ts';

/** A token as the auth service would issue it; for development and tests. With published keys only that service can. */
export async function signToken(
  { keys, issuer, audience, type }: TokenTrust,
  token: {
    readonly userId: string;
    readonly isSuperuser: boolean;
    readonly roles: readonly string[];
    readonly now: Instant;
    readonly lifeMs: number;
  },
): Promise<string> {
  if (keys.kind === 'published') throw new Problem(404, '4004', { detail: 'tokens are signed elsewhere' });
  const claims = { user_id: token.userId, is_superuser: token.isSuperuser, roles: [...token.roles] };
  const names = { ...(issuer === null ? {} : { iss: issuer }), ...(audience === null ? {} : { aud: audience }) };
  const issuedAt = Math.floor(token.now / 1_000);
  return new SignJWT({ ...names, ...claims })
    .setProtectedHeader({ alg: 'HS256', typ: type ?? 'JWT' })
    .setSubject('authentication')
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + Math.floor(token.lifeMs / 1_000))
    .sign(new TextEncoder().encode(keys.secrets[0]));
}
