const realHost = 'api.yookassa.ru';
const testKeyPrefix = 'test_';

const isReal = (url: URL): boolean => url.hostname === realHost && url.protocol === 'https:' && url.port === '';

function checkProduction(url: URL, apiKey: string): string | null {
  if (!isReal(url)) {
    return `YOOKASSA_API_URL must be https://${realHost}/v3 in production: a sandbox takes no money and keeps no secret`;
  }
  if (apiKey.startsWith(testKeyPrefix)) {
    return 'YOOKASSA_API_KEY is the key of a test store: in production every purchase would be given away';
  }
  return null;
}

/** The provider itself with a test store of its own: the whole way, and no money. */
function checkStaging(url: URL, apiKey: string): string | null {
  if (!isReal(url)) {
    return `YOOKASSA_API_URL must be https://${realHost}/v3 in staging: with a sandbox use BILLING_ENV=development`;
  }
  if (!apiKey.startsWith(testKeyPrefix)) {
    return 'YOOKASSA_API_KEY must be the key of a test store (test_…) in staging: a real one would charge real cards';
  }
  return null;
}

function checkSandbox(url: URL, apiKey: string): string | null {
  if (url.hostname === 'yookassa.ru' || url.hostname.endsWith('.yookassa.ru')) {
    return `YOOKASSA_API_URL points at the real provider (${url.hostname}) in development: use the sandbox, or BILLING_ENV=staging`;
  }
  if (!apiKey.startsWith(testKeyPrefix)) {
    return 'YOOKASSA_API_KEY is not a test key: a live key must not be used outside production';
  }
  return null;
}

/**
 * Why the settings are refused, or null when environment, address and key belong together: production calls only the
 * real provider, staging its test store, and every other environment only a sandbox.
 */
export function checkProviderAddress(configured: {
  readonly environment: 'development' | 'test' | 'staging' | 'production';
  readonly apiUrl: string;
  readonly apiKey: string;
}): string | null {
  const url = URL.parse(configured.apiUrl);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return 'YOOKASSA_API_URL is not an http or https address';
  }
  // A dot at the end names the same host (RFC 1034, section 3.1).
  url.hostname = url.hostname.replace(/\.$/, '');
  const checks = {
    production: checkProduction,
    staging: checkStaging,
    development: checkSandbox,
    test: checkSandbox,
  };
  return checks[configured.environment](url, configured.apiKey);
}
