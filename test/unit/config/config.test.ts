import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { configurationTable } from '../../../src/config-markdown.ts';
import { loadConfig, settings } from '../../../src/config.ts';
import { policyOf } from '../../../src/composition/policy-of.ts';
import { faultOf, namesIn, production } from '../../support/configurations.ts';

test('an empty environment is a complete development configuration', () => {
  expect(loadConfig({})).toMatchObject({
    BILLING_ENV: 'development',
    PROJECT_PORT: 8001,
    KAFKA_BROKERS: ['127.0.0.1:19092'],
    CONSUMERS: [],
    TEST_CLOCKS: true,
  });
});

test('every default of development and test passes its own parser', () => {
  for (const BILLING_ENV of ['development', 'test']) {
    expect(Object.keys(loadConfig({ BILLING_ENV }))).toEqual(Object.keys(settings));
  }
});

test('production is complete with the settings that have no default, and has no test clocks', () => {
  expect(loadConfig(production)).toMatchObject({
    YOOKASSA_API_URL: 'https://api.yookassa.ru/v3',
    TEST_CLOCKS: false,
    CORS_ORIGINS: [],
  });
});

test('production names every missing setting at once', () => {
  const required = Object.entries(settings).flatMap(([name, setting]) =>
    setting.default.production === null ? [name] : [],
  );
  // These two are missing as a pair: a refusal names them after all settings without a default.
  const users = ['KAFKA_USERNAME', 'SCHEMA_REGISTRY_USERNAME'];
  expect(namesIn(faultOf({ BILLING_ENV: 'production' }))).toEqual([...required, ...users]);
  const passwords = ['KAFKA_PASSWORD', 'SCHEMA_REGISTRY_PASSWORD'];
  const others = Object.keys(production).filter((name) => ![...users, ...passwords, 'BILLING_ENV'].includes(name));
  expect(required).toEqual(others);
});

test('every wrong value is reported in one fault that cannot be retried', () => {
  const wrong = {
    PROJECT_PORT: '80o1',
    METRICS_PORT: '70000',
    LOG_LEVEL: 'loud',
    SENTRY_DSN: 'https://sentry.example/42',
    JWT_SECRET_KEY: 'short',
    ENCRYPTION_KEY: 'bm90IDMyIGJ5dGVz',
    KAFKA_BROKERS: 'kafka',
    MONGODB_URL: 'mongodb://127.0.0.1:27017',
    SCHEMA_REGISTRY_URL: 'registry:8080',
    YOOKASSA_NOTIFICATION_SECRET: 'with/slash/in/the/path',
    YOOKASSA_NOTIFICATION_ADDRESSES: '10.0.0.0/33',
    LANES: '-1',
    RETURN_URL_ORIGINS: 'https://cinema.example/path',
    BUSINESS_TIME_ZONE: 'Moscow',
    TEST_CLOCKS: 'yes',
  };
  const fault = faultOf(wrong);
  expect(fault).toMatchObject({ code: 'config_invalid', retryable: false });
  expect(namesIn(fault)).toEqual(Object.keys(settings).filter((name) => name in wrong));
});

test('the fault never repeats a value, secret or not', () => {
  const secrets = Object.entries(settings).flatMap(([name, setting]) => ('secret' in setting ? [name] : []));
  const canaries = Object.fromEntries(secrets.map((name) => [name, `c4n4ry ${name.length}`]));
  const fault = faultOf({ ...production, ...canaries, BILLING_ENV: 'productoin' });
  expect(fault.message).not.toContain('c4n4ry');
  expect(fault.message).not.toContain('productoin');
  expect(namesIn(fault)).toContain('BILLING_ENV');
});

test('an address with a password in it is refused, because an error line would repeat it', () => {
  const names = ['SCHEMA_REGISTRY_URL', 'YOOKASSA_API_URL', 'YOOKASSA_RETURN_URL', 'JWT_JWKS_URL'] as const;
  const wrong = Object.fromEntries(names.map((name) => [name, 'https://billing:hunter2-of-mongo@cinema.example/x']));
  const fault = faultOf({ ...production, JWT_SECRET_KEY: undefined, ...wrong });
  expect(new Set(namesIn(fault))).toEqual(new Set(names));
  expect(fault.message).not.toContain('hunter2-of-mongo');
});

test('production refuses the secrets of development, which are public', () => {
  const published = Object.fromEntries(
    Object.entries(settings).flatMap(([name, setting]) =>
      'secret' in setting && setting.default.development !== '' ? [[name, setting.default.development]] : [],
    ),
  );
  expect(namesIn(faultOf({ ...production, ...published }))).toEqual(Object.keys(published));
});

test('published keys replace the shared secret: one of the two, in production over https', () => {
  const { JWT_SECRET_KEY: secret, ...others } = production;
  const JWT_JWKS_URL = 'https://auth.cinema.example/keys.json';
  expect(loadConfig({ ...others, JWT_JWKS_URL })).toMatchObject({ JWT_SECRET_KEY: [], JWT_JWKS_URL });
  expect(loadConfig({ JWT_JWKS_URL }).JWT_SECRET_KEY).toEqual([]);
  expect(loadConfig({ JWT_JWKS_URL: 'http://127.0.0.1:1/keys' }).JWT_JWKS_URL).toBe('http://127.0.0.1:1/keys');
  for (const wrong of [
    others,
    { ...production, JWT_JWKS_URL },
    { JWT_SECRET_KEY: secret, JWT_JWKS_URL },
    { ...others, JWT_JWKS_URL: '', JWT_SECRET_KEY: '' },
  ]) {
    expect(namesIn(faultOf(wrong))).toEqual(['JWT_SECRET_KEY']);
  }
  for (const wrong of ['http://auth.cinema.example/keys.json', 'HTTP://auth/keys', 'auth/keys.json', 'file:///keys']) {
    expect(namesIn(faultOf({ ...others, JWT_JWKS_URL: wrong }))).toEqual(['JWT_JWKS_URL']);
  }
});

test.each(['JWT_SECRET_KEY', 'ENCRYPTION_KEY', 'YOOKASSA_NOTIFICATION_SECRET'] as const)(
  '%s may be several, so that a change of it is no outage; one that is public or wrong is refused',
  (name) => {
    const own = production[name];
    const next =
      name === 'ENCRYPTION_KEY' ? Buffer.from('another-32-random-bytes-of-a-key').toString('base64') : `${own}-2`;
    expect(loadConfig({ ...production, [name]: `${next}, ${own}` })[name]).toEqual([next, own]);
    for (const wrong of [
      settings[name].default.development,
      'change-me',
      name === 'ENCRYPTION_KEY' ? 'x' : 'a'.repeat(40),
    ]) {
      expect(namesIn(faultOf({ ...production, [name]: `${own},${wrong}` }))).toEqual([name]);
    }
  },
);

test('a mistyped BILLING_ENV counts as production, so that development never starts by mistake', () => {
  expect(namesIn(faultOf({ BILLING_ENV: 'prod' }))).toEqual(expect.arrayContaining(['BILLING_ENV', 'JWT_SECRET_KEY']));
});

test('an empty variable counts as unset', () => {
  expect(loadConfig({ PROJECT_PORT: '', CORS_ORIGINS: '' })).toMatchObject({ PROJECT_PORT: 8001, CORS_ORIGINS: ['*'] });
});

test('the environment comes before the preference of a process, and that before the default', () => {
  const preferred = { METRICS_PORT: '9466' };
  expect(loadConfig({}, preferred).METRICS_PORT).toBe(9466);
  expect(loadConfig({ METRICS_PORT: '9999' }, preferred).METRICS_PORT).toBe(9999);
});

test('lists lose blanks and repeats, addresses lose the slash at their end', () => {
  const config = loadConfig({
    CONSUMERS: ' handle-commands, handle-hints ,,handle-commands',
    YOOKASSA_NOTIFICATION_ADDRESSES: '10.0.0.0/8,2a02:5180::/32',
    YOOKASSA_API_URL: 'http://127.0.0.1:8090/v3/',
    LOG_LEVEL: 'WARN',
  });
  expect(config.CONSUMERS).toEqual(['handle-commands', 'handle-hints']);
  expect(config.YOOKASSA_NOTIFICATION_ADDRESSES).toEqual(['10.0.0.0/8', '2a02:5180::/32']);
  expect(config.YOOKASSA_API_URL).toBe('http://127.0.0.1:8090/v3');
  expect(config.LOG_LEVEL).toBe('warn');
});

test('the configuration table has a row for every setting, with what production must set', () => {
  const rows = configurationTable().split('\n').slice(2);
  expect(rows.map((row) => row.split('`')[1])).toEqual(Object.keys(settings));
  const rowOf = (name: string): string => rows.find((row) => row.includes(`| \`${name}\``)) ?? '';
  // The registry's user has a default, which production refuses.
  for (const name of ['ENCRYPTION_KEY', 'SCHEMA_REGISTRY_USERNAME'])
    expect(rowOf(name)).toMatch(/\*\*must be set\*\* \|$/);
  expect(rowOf('KAFKA_REPLICAS')).toContain('| a whole number from 1 to 7 |');
  expect(rowOf('RECEIPTS')).toContain('| one of off, email, email_or_phone |');
  expect(rowOf('CHARGING_HOURS')).toContain('| a window of 4 hours or more within a day');
  for (const row of rows) expect(row.split(' | ')).toHaveLength(5);
});

test('some code reads every setting', () => {
  const source = resolve(import.meta.dirname, '../../../src');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' });
  const text = files
    .filter((file) => file.endsWith('.ts') && !file.startsWith('config'))
    .map((file) => readFileSync(join(source, file), 'utf8'))
    .join('');
  expect(Object.keys(settings).filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
});

test.each([
  ['', []],
  ['1', [{ from: null, code: 1 }]],
  [
    '4, 2026-01-01=11',
    [
      { from: null, code: 4 },
      { from: '2026-01-01', code: 11 },
    ],
  ],
])('the VAT codes %j count from their dates on', (text, codes) => {
  expect(loadConfig({ RECEIPT_VAT_CODES: text }).RECEIPT_VAT_CODES).toEqual(codes);
});

test.each(['13', '0', '2026-01-01=11', '4,11', '4,2026-02-30=11', '4,2026-01-01=11,2025-01-01=12', 'x'])(
  'the VAT codes %j are refused',
  (RECEIPT_VAT_CODES) => {
    expect(namesIn(faultOf({ RECEIPT_VAT_CODES }))).toEqual(['RECEIPT_VAT_CODES']);
  },
);

test('charging hours are minutes of the business day', () => {
  expect(policyOf(loadConfig({})).chargingHours).toBeNull();
  expect(policyOf(loadConfig({ CHARGING_HOURS: '09:30-21:00' })).chargingHours).toEqual({
    ...{ fromMinutes: 570, untilMinutes: 1260 },
  });
});

test.each(['9-21', '09:00', '21:00-09:00', '09:00-12:59', '20:00-24:01', '09:00-25:00'])(
  'the charging hours %j are refused',
  (CHARGING_HOURS) => {
    expect(namesIn(faultOf({ CHARGING_HOURS }))).toEqual(['CHARGING_HOURS']);
  },
);

test('receipts need VAT codes, which begin with the day in the business time zone', () => {
  expect(policyOf(loadConfig({})).receipts).toBeNull();
  expect(() => policyOf(loadConfig({ RECEIPTS: 'email' }))).toThrow('RECEIPT_VAT_CODES');
  const { receipts } = policyOf(loadConfig({ RECEIPTS: 'email', RECEIPT_VAT_CODES: '4,2026-01-01=11' }));
  expect(receipts).toEqual({
    ...{ contactKinds: ['email'], taxSystem: null, paymentMode: 'full_payment' },
    vatCodes: [
      { from: -Infinity, code: 4 },
      { from: Date.parse('2025-12-31T21:00:00.000Z'), code: 11 },
    ],
  });
});
