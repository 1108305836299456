import { signToken } from '../adapters/http/auth/sign-token.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { loadConfig } from '../config.ts';
import { hourMs } from '../domain/model/instant.ts';
import { isDevelopment } from './is-development.ts';
import { tokenTrustOf } from './token-trust.ts';

/** Long enough for a day of trying things out. */
const tokenLifeMs = 12 * hourMs;

/** A token as the auth service would sign it, with the secret of the configuration given. Development and tests only. */
export async function createDevelopmentToken(
  options: { readonly userId: string; readonly superuser?: boolean; readonly roles?: readonly string[] },
  variables?: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const config = loadConfig(variables);
  if (!isDevelopment(config) || config.JWT_JWKS_URL !== '') {
    throw new Error('Outside development or with JWT_JWKS_URL only the auth service signs tokens.');
  }
  return signToken(tokenTrustOf(config), {
    userId: options.userId,
    isSuperuser: options.superuser ?? false,
    roles: options.roles ?? [],
    lifeMs: tokenLifeMs,
    now: systemClock.now(),
  });
}
