import { checkProviderAddress } from '../adapters/yookassa/check-provider-address.ts';
import { Fault } from '../application/ports/faults.ts';
import type { Config } from '../config.ts';
import { openConfig } from './open-config.ts';

type Variables = Readonly<Record<string, string | undefined>>;

const secretNames = [
  'JWT_SECRET_KEY',
  'ENCRYPTION_KEY',
  'KAFKA_PASSWORD',
  'MONGODB_URL',
  'SCHEMA_REGISTRY_PASSWORD',
  'YOOKASSA_API_KEY',
  'YOOKASSA_NOTIFICATION_SECRET',
] as const satisfies readonly (keyof Config)[];

/** What no log line may show. */
export function secretsOf(config: Config): readonly string[] {
  return secretNames.flatMap((name) => config[name]).filter((secret) => secret !== '');
}

/** The configuration. Throws a Fault that says what is wrong with it. */
export function readConfig(variables?: Variables, preferred?: Readonly<Record<string, string>>): Config {
  const config = openConfig(variables, preferred);
  const { BILLING_ENV: environment, YOOKASSA_API_URL: apiUrl, YOOKASSA_API_KEY: apiKey } = config;
  const refusal = checkProviderAddress({ environment, apiUrl, apiKey });
  if (refusal !== null) throw new Fault('config_invalid', refusal, { retryable: false });
  return config;
}
