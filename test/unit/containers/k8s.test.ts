import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { Fault } from '../../../src/application/ports/faults.ts';
import { loadConfig, settings } from '../../../src/config.ts';
import { installPythonLibrary, installTimeoutMs, python } from '../../support/python-library.ts';
import { declaredConsumers, projectRoot, textOf } from './project.ts';

type Labels = Readonly<Record<string, string>>;
type Probe = { readonly httpGet: { readonly path: string; readonly port: string } };
type Container = {
  readonly image: string;
  readonly args: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly envFrom: readonly unknown[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
};
type Pod = {
  readonly metadata: { readonly labels: Labels };
  readonly spec: { readonly containers: readonly [Container]; readonly terminationGracePeriodSeconds: number };
};
type Resource = {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Labels };
  readonly data?: Labels;
  readonly stringData?: Labels;
  readonly spec: {
    readonly replicas: number;
    readonly selector: Labels & { readonly matchLabels: Labels };
    readonly template: Pod;
    readonly ports: readonly { readonly targetPort: string }[];
  };
};

const base = 'k8s/base';
const read = (file: string): readonly Resource[] =>
  parseAllDocuments(textOf(`${base}/${file}`)).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as Resource;
  });
const kustomization = parse(textOf(`${base}/kustomization.yaml`)) as {
  readonly resources: readonly string[];
  readonly images: readonly { readonly name: string; readonly newTag: string }[];
};
const resources = kustomization.resources.flatMap(read);
const ofKind = (kind: string): readonly Resource[] => resources.filter((resource) => resource.kind === kind);
const deployments = ofKind('Deployment');
const workloads = [...deployments, ...ofKind('Job')];
const containerOf = (workload: Resource): Container => workload.spec.template.spec.containers[0];
const configMap = ofKind('ConfigMap')[0]?.data ?? {};
const exampleSecret = read('secret.example.yaml')[0]?.stringData ?? {};

const kubernetesVersion = '1.34';

test('the API, each consumer, the jobs and the migration are workloads of their own', () => {
  expect(workloads.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
    'Deployment cinema-billing-api',
    ...declaredConsumers().map((name) => `Deployment cinema-billing-consumers-${name}`),
    'Deployment cinema-billing-jobs',
    'Job cinema-billing-migrate',
  ]);
  for (const workload of workloads)
    expect(existsSync(join(projectRoot, containerOf(workload).args[0] ?? ''))).toBe(true);
});

test('each consumer has its own processes, which differ only in the name', () => {
  const consumers = deployments.filter(({ metadata }) => metadata.name.includes('consumers'));
  expect(consumers.map((one) => containerOf(one).env)).toEqual(
    declaredConsumers().map((name) => [{ name: 'CONSUMERS', value: name }]),
  );
  const [first, ...others] = consumers.map((one) =>
    JSON.stringify(one).replaceAll(containerOf(one).env?.[0]?.value ?? '', 'X'),
  );
  for (const other of others) expect(other).toBe(first);
});

test('selectors find the pods they mean', () => {
  for (const { spec } of deployments) expect(spec.template.metadata.labels).toEqual(spec.selector.matchLabels);
  const pods = deployments.map(({ spec }) => spec.template.metadata.labels);
  expect(new Set(pods.map((labels) => JSON.stringify(labels))).size).toBe(pods.length);
  expect(ofKind('PodDisruptionBudget').map(({ spec }) => spec.selector.matchLabels)).toEqual(pods);
  for (const { spec } of ofKind('Service')) expect(pods).toContainEqual(spec.selector);
});

test('one image for all, tagged by the version of the package', () => {
  const { version } = JSON.parse(textOf('package.json')) as { version: string };
  expect(new Set(workloads.map((workload) => containerOf(workload).image))).toEqual(new Set(['cinema-billing']));
  expect(kustomization.images).toEqual([{ name: 'cinema-billing', newTag: version }]);
});

test('every variable is a setting, and each secret one is in the Secret alone', () => {
  const secrets = Object.entries(settings).flatMap(([name, setting]) => ('secret' in setting ? [name] : []));
  expect(Object.keys(configMap).filter((name) => !(name in settings))).toEqual([]);
  expect(Object.keys(configMap).filter((name) => secrets.includes(name))).toEqual([]);
  expect(Object.keys(exampleSecret)).toEqual(secrets);
  for (const workload of workloads) {
    expect(containerOf(workload).envFrom).toEqual([
      { configMapRef: { name: 'cinema-billing' } },
      { secretRef: { name: 'cinema-billing' } },
    ]);
  }
});

test('with secrets filled in it is a configuration of production', () => {
  const config = loadConfig({
    ...configMap,
    JWT_SECRET_KEY: 'a-secret-of-production-that-is-long-enough',
    ENCRYPTION_KEY: Buffer.from('thirty-two-bytes-that-are-random').toString('base64'),
    KAFKA_PASSWORD: 'a-password-of-kafka',
    MONGODB_URL: 'mongodb://billing:hunter2@mongo-0.mongo:27017/billing?replicaSet=rs0&tls=true',
    SCHEMA_REGISTRY_PASSWORD: 'a-password-of-the-registry',
    YOOKASSA_API_KEY: 'live_key',
    YOOKASSA_NOTIFICATION_SECRET: 'qwertyuiopasdfghjklz',
  });
  expect(config).toMatchObject({ BILLING_ENV: 'production', PROJECT_HOST: '0.0.0.0', TEST_CLOCKS: false });
  const ports = new Map(containerOf(deployments[0]!).ports?.map(({ name, containerPort }) => [name, containerPort]));
  expect(ports.get('http')).toBe(config.PROJECT_PORT);
  for (const deployment of deployments) {
    expect(containerOf(deployment).ports).toContainEqual({ name: 'metrics', containerPort: config.METRICS_PORT });
  }
});

test('no value of the example secret is accepted, so that none is deployed by mistake', () => {
  let refused = '';
  try {
    loadConfig({ ...configMap, ...exampleSecret });
  } catch (error) {
    if (error instanceof Fault) refused = error.message;
  }
  for (const name of Object.keys(exampleSecret)) expect(refused).toContain(`${name}: `);
});

test('readiness and liveness use the port of metrics, and a stop has enough time', () => {
  for (const deployment of deployments) {
    const { startupProbe, readinessProbe, livenessProbe } = containerOf(deployment);
    expect(startupProbe?.httpGet).toEqual({ path: '/health', port: 'metrics' });
    expect(readinessProbe?.httpGet).toEqual({ path: '/health', port: 'metrics' });
    expect(livenessProbe?.httpGet).toEqual({ path: '/live', port: 'metrics' });
    expect(deployment.spec.template.spec.terminationGracePeriodSeconds).toBe(60);
  }
});

test('every pod keeps to the restricted standard', () => {
  for (const workload of workloads) {
    expect(workload.spec.template.spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        },
      ],
    });
  }
});

test(
  'every file is valid against the schemas of Kubernetes, unknown fields included',
  async () => {
    const requirements = join(import.meta.dirname, 'kubernetes-validate/requirements.txt');
    const tools = await installPythonLibrary('kubernetes-validate', requirements);
    const files = [...kustomization.resources, 'secret.example.yaml'].map((file) => join(projectRoot, base, file));
    const args = ['-m', 'kubernetes_validate', '--strict', '--no-warn', '-k', kubernetesVersion, ...files];
    const run = spawnSync(python, args, { env: { ...process.env, PYTHONPATH: tools }, encoding: 'utf8' });
    expect(`${run.stdout}${run.stderr}`.split('\n').filter((line) => line !== '' && !line.includes('passed'))).toEqual(
      [],
    );
    expect(run.status).toBe(0);
  },
  installTimeoutMs,
);
