import type { TokenTrust } from '../adapters/http/contract/http-services.ts';
import { minuteMs } from '../domain/model/instant.ts';
import type { Config } from '../config.ts';

const orNull = (text: string): string | null => (text === '' ? null : text);

/** Which access tokens are valid. The configuration has exactly one kind of keys. */
export const tokenTrustOf = (config: Config): TokenTrust => ({
  keys:
    config.JWT_JWKS_URL === ''
      ? { kind: 'shared', secrets: config.JWT_SECRET_KEY }
      : { kind: 'published', address: config.JWT_JWKS_URL },
  issuer: orNull(config.JWT_ISSUER),
  audience: orNull(config.JWT_AUDIENCE),
  type: orNull(config.JWT_TYPE.toLowerCase().replace(/^application\//, '')),
  lifeMaxMs: config.JWT_LIFE_MAX_MINUTES * minuteMs,
});
