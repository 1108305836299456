import { describe, expect, test } from '@jest/globals';
import { loadConfig, settings } from '../../../src/config.ts';
import { faultOf, namesIn, production } from '../../support/configurations.ts';
import { writePemFiles } from '../../support/pem-files.ts';

const pemFiles = writePemFiles();

describe.each(['production', 'staging'])('%s refuses what belongs to development', (BILLING_ENV) => {
  const strict = { ...production, BILLING_ENV };
  const host = 'mongo-0:27017/billing';
  test.each([
    ['TEST_CLOCKS', 'true'],
    ['KAFKA_TLS', 'false'],
    ['KAFKA_PASSWORD', ''],
    ['MONGODB_URL', `mongodb://${host}?replicaSet=rs0&tls=true`],
    ['MONGODB_URL', `mongodb://billing:hunter2-of-mongo@${host}?replicaSet=rs0`],
    ['MONGODB_URL', `mongodb://billing:hunter2-of-mongo@${host}?tls=true`],
    ['MONGODB_URL', `mongodb://billing:hunter2-of-mongo@${host}?replicaSet=rs0&tls=true&tlsInsecure=true`],
    ['MONGODB_URL', `mongodb://billing:hunter2-of-mongo@${host}?replicaSet=rs0&TLS=true&tlsAllowInvalidHostnames=true`],
    ['MONGODB_URL', 'mongodb+srv://billing:hunter2-of-mongo@mongo.example/billing?tls=false'],
    ['SCHEMA_REGISTRY_URL', 'http://registry:8080/apis/ccompat/v7'],
    ['YOOKASSA_RETURN_URL', 'http://cinema.example/return'],
    ['RETURN_URL_ORIGINS', 'https://cinema.example,http://cinema.example'],
    ['CORS_ORIGINS', '*'],
    ['SENTRY_DSN', 'http://key@sentry.example/42'],
    ['CORS_ORIGINS', 'http://cinema.example'],
    ['JWT_SECRET_KEY', 'a'.repeat(40)],
    ['ENCRYPTION_KEY', Buffer.alloc(32, 7).toString('base64')],
    ['YOOKASSA_NOTIFICATION_SECRET', 'a'.repeat(16)],
    ['KAFKA_PASSWORD', 'kafka-kafka-kafka'],
    ['SCHEMA_REGISTRY_PASSWORD', 'a'.repeat(24)],
    ['MONGODB_URL', `mongodb://billing:billing@${host}?replicaSet=rs0&tls=true`],
  ])('%s=%s', (name, value) => {
    const fault = faultOf({ ...strict, [name]: value });
    expect(namesIn(fault)).toEqual([name]);
    if (value.length > 4) expect(fault.message).not.toContain(value);
  });

  test('a user of Kafka may be a certificate, and a set of MongoDB may be named by DNS', () => {
    const others = { ...strict, KAFKA_USERNAME: '', KAFKA_PASSWORD: '' };
    expect(namesIn(faultOf(others))).toEqual(['KAFKA_USERNAME']);
    const files = { KAFKA_CERTIFICATE_FILE: pemFiles.certificate, KAFKA_KEY_FILE: pemFiles.key };
    expect(loadConfig({ ...others, ...files }).KAFKA_CERTIFICATE_FILE).toContain('BEGIN CERTIFICATE');
    expect(namesIn(faultOf({ ...others, ...files, KAFKA_KEY_FILE: '' }))).toEqual(['KAFKA_KEY_FILE']);
    for (const MONGODB_URL of [
      'mongodb+srv://billing:hunter2-of-mongo@mongo.example/billing',
      `mongodb://${host}?replicaSet=rs0&tls=true&authMechanism=MONGODB-X509`,
    ]) {
      expect(loadConfig({ ...strict, MONGODB_URL })).toMatchObject({ MONGODB_URL });
    }
  });
});

test('three copies of each topic are demanded in production, and staging may have one broker', () => {
  expect(namesIn(faultOf({ ...production, KAFKA_REPLICAS: '2' }))).toEqual(['KAFKA_REPLICAS']);
  expect(loadConfig(production).KAFKA_REPLICAS).toBe(3);
  expect(loadConfig({ ...production, BILLING_ENV: 'staging', KAFKA_REPLICAS: '1' }).KAFKA_REPLICAS).toBe(1);
});

test('a file that cannot be read or holds something else is refused by name, and nothing of it is repeated', () => {
  const wrong = { TLS_CA_FILE: pemFiles.key, KAFKA_CERTIFICATE_FILE: '/nowhere', KAFKA_KEY_FILE: pemFiles.certificate };
  expect(namesIn(faultOf(wrong))).toEqual(['TLS_CA_FILE', 'KAFKA_CERTIFICATE_FILE', 'KAFKA_KEY_FILE']);
  expect(loadConfig({ TLS_CA_FILE: pemFiles.certificate }).TLS_CA_FILE).toContain('BEGIN CERTIFICATE');
});

test.each(['journal=false', 'w=1', 'readPreference=secondary', 'readConcernLevel=local', 'WTIMEOUTMS=1'])(
  'no environment lets the address of MongoDB weaken a write or a read by %s',
  (option) => {
    const address = `${settings.MONGODB_URL.default.development}&${option}`;
    expect(namesIn(faultOf({ MONGODB_URL: address }))).toEqual(['MONGODB_URL']);
  },
);

test('a user without a password, or a client certificate without TLS, is refused everywhere', () => {
  expect(namesIn(faultOf({ KAFKA_USERNAME: 'billing' }))).toEqual(['KAFKA_PASSWORD']);
  expect(namesIn(faultOf({ SCHEMA_REGISTRY_PASSWORD: 'a-password-of-it' }))).toEqual(['SCHEMA_REGISTRY_PASSWORD']);
  const files = { KAFKA_CERTIFICATE_FILE: pemFiles.certificate, KAFKA_KEY_FILE: pemFiles.key };
  expect(namesIn(faultOf(files))).toEqual(['KAFKA_CERTIFICATE_FILE']);
});
