const realHost = 'api.yookassa.ru';
const testKeyPrefix = 'test_';

function checkProduction(url: URL, apiKey: string): string | null {
  if (url.hostname !== realHost || url.protocol !== 'https:' || url.port !== '') {
    return `YOOKASSA_API_URL must be https://${realHost}/v3 in production: a sandbox takes no money and keeps no secret`;
  }
  if (apiKey.startsWith(testKeyPrefix)) {
    return 'YOOKASSA_API_KEY is the key of a test store: in production every purchase would be given away';
  }
  return null;
}

function checkSandbox(url: URL, apiKey: string): string | null {
  if (url.hostname === 'yookassa.ru' || url.hostname.endsWith('.yookassa.ru')) {
    return `YOOKASSA_API_URL points at the real provider (${url.hostname}) outside production: use the sandbox`;
  }
  if (!apiKey.startsWith(testKeyPrefix)) {
    return 'YOOKASSA_API_KEY is not a test key: a live key must not be used outside production';
  }
  return null;
}

/**
 * Why the settings are refused, or null when environment, address and key belong together: production calls only the
 * real provider, and every other environment only a sandbox.
 */
export function checkProviderAddress(configured: {
  readonly environment: 'development' | 'test' | 'production';
  readonly apiUrl: string;
  readonly apiKey: string;
}): string | null {
  const url = URL.parse(configured.apiUrl);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return 'YOOKASSA_API_URL is not an http or https address';
  }
  // A dot at the end names the same host (RFC 1034, section 3.1).
  url.hostname = url.hostname.replace(/\.$/, '');
  const check = configured.environment === 'production' ? checkProduction : checkSandbox;
  return check(url, configured.apiKey);
}
