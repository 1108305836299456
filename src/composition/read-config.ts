import { checkProviderAddress } from '../adapters/yookassa/check-provider-address.ts';
import { Fault } from '../application/ports/faults.ts';
import { type Config, loadConfig } from '../config.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** What no log line may show. */
export function secretsOf(config: Config): readonly string[] {
  const { JWT_SECRET_KEY, ENCRYPTION_KEY, YOOKASSA_API_KEY, YOOKASSA_NOTIFICATION_SECRET, MONGODB_URL } = config;
  return [JWT_SECRET_KEY, ENCRYPTION_KEY, YOOKASSA_API_KEY, YOOKASSA_NOTIFICATION_SECRET, MONGODB_URL];
}

/** The configuration. Throws a Fault that says what is wrong with it. */
export function readConfig(variables?: Variables, preferred?: Readonly<Record<string, string>>): Config {
  const config = loadConfig(variables, preferred);
  const { BILLING_ENV: environment, YOOKASSA_API_URL: apiUrl, YOOKASSA_API_KEY: apiKey } = config;
  const refusal = checkProviderAddress({ environment, apiUrl, apiKey });
  if (refusal !== null) throw new Fault('config_invalid', refusal, { retryable: false });
  return config;
}
