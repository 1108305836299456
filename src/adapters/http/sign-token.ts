import { SignJWT } from 'jose';
import type { Instant } from '../../domain/instant.ts';

/** A token as the auth service would issue it; for development and tests. */
export async function signToken(
  secret: string,
  token: {
    readonly userId: string;
    readonly isSuperuser: boolean;
    readonly roles: readonly string[];
    readonly now: Instant;
    readonly lifeMs: number;
  },
): Promise<string> {
  const issuedAt = Math.floor(token.now / 1_000);
  return new SignJWT({ user_id: token.userId, is_superuser: token.isSuperuser, roles: [...token.roles] })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject('authentication')
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + Math.floor(token.lifeMs / 1_000))
    .sign(new TextEncoder().encode(secret));
}
