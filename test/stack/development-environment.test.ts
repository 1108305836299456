import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { developmentEnvironment, isolated, overridable } from '../../stack/development-environment.ts';
import { configuredPorts } from '../../stack/ports.ts';
import { developmentSecrets } from '../../stack/secrets.ts';
import { loadConfig } from '../../src/config.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'secrets-'));

function table(data: string): Record<string, string> {
  const secrets = developmentSecrets(data, {});
  const addresses = {
    KAFKA_BROKERS: '127.0.0.1:1',
    MONGODB_URL: 'mongodb://127.0.0.1:2/billing?replicaSet=rs0',
    SCHEMA_REGISTRY_URL: 'http://127.0.0.1:3/apis/ccompat/v7',
  };
  const ports = configuredPorts({ PROJECT_PORT: '8123' });
  return developmentEnvironment({ mode: 'development', data, ports, addresses, secrets, security: null });
}

test('the table is a configuration that the services accept', () => {
  const config = loadConfig(table(folder()));
  expect(config.PROJECT_PORT).toBe(8123);
  expect(config.TEST_CLOCKS).toBe(true);
});

test('the sandbox sends notifications to the path of the API’s notification route', () => {
  const made = table(folder());
  const secret = made['YOOKASSA_NOTIFICATION_SECRET'] ?? '';
  expect(secret.length).toBeGreaterThan(30);
  expect(made['SANDBOX_NOTIFICATION_URL']).toBe(`http://127.0.0.1:8123/api/v1/notifications/yookassa/${secret}`);
});

test('secrets are generated once, readable by their owner only, and the environment replaces them', () => {
  const data = folder();
  const first = developmentSecrets(data, {});
  expect(developmentSecrets(data, {})).toEqual(first);
  expect(statSync(join(data, 'development.env')).mode & 0o777).toBe(0o600);
  expect(developmentSecrets(data, { JWT_SECRET_KEY: 'given' })).toEqual({ ...first, JWT_SECRET_KEY: 'given' });
  expect(developmentSecrets(folder(), {}).JWT_SECRET_KEY).not.toBe(first.JWT_SECRET_KEY);
});

test('where the auth service publishes its keys, no secret is generated beside them', () => {
  const published = { JWT_JWKS_URL: 'http://127.0.0.1:1/jwks.json' };
  const { JWT_SECRET_KEY } = developmentSecrets(folder(), published);
  expect(loadConfig({ ...table(folder()), ...published, JWT_SECRET_KEY }).JWT_JWKS_URL).toBe(published.JWT_JWKS_URL);
});

test('in development the user’s own setting is used unless it is empty; tests ignore it', () => {
  const machine = { PATH: '/bin', LOG_LEVEL: 'debug', PROJECT_PORT: '9', KAFKA_BROKERS: '' };
  const made = { PROJECT_PORT: '8001', KAFKA_BROKERS: 'ours:1' };
  expect(overridable(made, machine)).toMatchObject({ PROJECT_PORT: '9', LOG_LEVEL: 'debug', KAFKA_BROKERS: 'ours:1' });
  expect(isolated(made, machine)).toEqual({ PATH: '/bin', ...made });
});
