import { describe, expect, test } from '@jest/globals';
import { checkProviderAddress } from '../../../src/adapters/yookassa/check-provider-address.ts';

const real = 'https://api.yookassa.ru/v3';
const sandbox = 'http://127.0.0.1:8090/v3';
const check = (environment: 'development' | 'test' | 'staging' | 'production', apiUrl: string, apiKey: string) =>
  checkProviderAddress({ environment, apiUrl, apiKey });

describe('the provider’s address', () => {
  test('production with the real host and a live key, all else with a sandbox and a test key, is accepted', () => {
    expect(check('production', real, 'live_key')).toBeNull();
    for (const environment of ['development', 'test'] as const) {
      expect(check(environment, sandbox, 'test_sandbox')).toBeNull();
      expect(check(environment, 'http://sandbox:8090/v3', 'test_sandbox')).toBeNull();
    }
  });

  test.each([
    sandbox,
    'https://localhost/v3',
    'https://[::1]/v3',
    'https://sandbox.cinema.example/v3',
    'http://api.yookassa.ru/v3',
    'https://api.yookassa.ru:8443/v3',
    'https://api.yookassa.ru.evil.example/v3',
    'https://api.yookassa.ru@evil.example/v3',
  ])('production refuses %s', (apiUrl) => {
    expect(check('production', apiUrl, 'live_key')).toContain('YOOKASSA_API_URL');
  });

  test('production refuses the key of a test store, and never repeats a key', () => {
    const sentence = check('production', real, 'test_secret');
    expect(sentence).toContain('YOOKASSA_API_KEY');
    expect(sentence).not.toContain('test_secret');
  });

  test.each([real, 'https://API.yookassa.ru/v3', 'https://api.yookassa.ru./v3', 'https://yookassa.ru/api'])(
    'outside production %s is refused',
    (apiUrl) => {
      expect(check('development', apiUrl, 'test_sandbox')).toContain('real provider');
    },
  );

  test('staging is the real host with the key of a test store, and nothing else', () => {
    expect(check('staging', real, 'test_secret')).toBeNull();
    expect(check('staging', real, 'live_key')).toContain('YOOKASSA_API_KEY');
    for (const apiUrl of [sandbox, 'http://api.yookassa.ru/v3', 'https://api.yookassa.ru.evil.example/v3']) {
      expect(check('staging', apiUrl, 'test_secret')).toContain('YOOKASSA_API_URL');
    }
  });

  test('outside production a live key is refused, and so is what is no address anywhere', () => {
    expect(check('test', sandbox, 'live_key')).toContain('YOOKASSA_API_KEY');
    for (const apiUrl of ['', 'sandbox', 'ftp://127.0.0.1/v3']) {
      expect(check('development', apiUrl, 'test_sandbox')).toContain('not an http or https address');
    }
  });
});
