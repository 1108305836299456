import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { Fault } from '../../../../src/application/ports/faults.ts';
import { loadConfig, settings } from '../../../../src/config.ts';
import { installPythonLibrary, installTimeoutMs, python } from '../../../support/python-library.ts';
import { textOf } from '../project.ts';
import { complaintsAbout, isCustom } from './custom-resources.ts';
import { plant } from './planted-fault.ts';
import { plantedFaults } from './planted-faults.ts';
import { componentsOf, renderWith } from './overlay-with.ts';
import { components, hasKubectl, render, resourcesIn, roots } from './render.ts';
import { containerOf, ofKind, type Resource, workloadsOf } from './resource.ts';
import { brokenRules, ruleNames } from './rules.ts';

if (!hasKubectl) console.log('The manifests are not tested: there is no kubectl on this machine, which renders them.');
const whenRendered = hasKubectl ? describe : describe.skip;

type Pair = { readonly overlay: string; readonly component: string };
const nameOf = ({ overlay, component }: Pair): string => `${overlay} with ${component}`;

/** Why an overlay and a component are not for each other. */
const apart: readonly (Pair & { readonly why: string })[] = [
  {
    overlay: 'k8s/overlays/development',
    component: 'network',
    why: 'its servers listen on other ports, without TLS',
  },
  {
    overlay: 'k8s/overlays/development',
    component: 'traces',
    why: 'the component opens a network that is closed',
  },
  { overlay: 'k8s/overlays/development', component: 'scaling', why: 'it says how many pods there are' },
  { overlay: 'k8s/overlays/staging', component: 'scaling', why: 'it says how many pods there are' },
];

/** All others, where the overlay does not have the component already. */
const together: readonly Pair[] = roots
  .filter((root) => root !== 'k8s/base')
  .flatMap((overlay) => {
    const own = [
      ...componentsOf(overlay),
      ...apart.filter((one) => one.overlay === overlay).map((one) => one.component),
    ];
    return components.filter((one) => !own.includes(one)).map((component) => ({ overlay, component }));
  });

const rendered: ReadonlyMap<string, readonly Resource[]> = new Map(
  hasKubectl
    ? [
        ...roots.map((folder) => [folder, resourcesIn(render(folder))] as const),
        ...together.map((pair) => [nameOf(pair), renderWith(pair.overlay, [pair.component])] as const),
      ]
    : [],
);
const resourcesOf = (name: string): readonly Resource[] => rendered.get(name) ?? [];

const folder = mkdtempSync(join(tmpdir(), 'billing-k8s-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

whenRendered('the base and every overlay', () => {
  test.each(roots)('%s breaks no rule', (root) => {
    // Only an overlay has a namespace to be deployed to; the base has no secret.
    expect(brokenRules(resourcesOf(root))).toEqual({});
  });

  test.each(roots)('%s has what the operators want', (root) =>
    expect(resourcesOf(root).filter(isCustom).flatMap(complaintsAbout)).toEqual([]),
  );

  test.each(together)('$overlay with $component breaks no rule, and has what the operators want', (pair) => {
    const resources = resourcesOf(nameOf(pair));
    expect(brokenRules(resources)).toEqual({});
    expect(resources.filter(isCustom).flatMap(complaintsAbout)).toEqual([]);
  });

  test.each(apart)('$overlay with $component is not to be had: $why', ({ overlay, component }) => {
    const trial = () => brokenRules(renderWith(overlay, [component]));
    let broken: readonly string[] = ['cannot be rendered'];
    try {
      broken = Object.keys(trial());
    } catch {
      // kustomize refuses it.
    }
    expect(broken).not.toEqual([]);
  });

  test('every pod reaches the collector where traces are sent to one', () => {
    const resources = resourcesOf(nameOf({ overlay: 'k8s/overlays/production', component: 'traces' }));
    expect(ofKind(resources, 'ConfigMap')[0]?.data).toHaveProperty('OTEL_EXPORTER_OTLP_ENDPOINT');
    const closed = resources.filter(({ metadata }) => metadata.name !== 'cinema-billing-traces');
    expect(Object.keys(brokenRules(closed))).toEqual(['every pod reaches the names, the stores and the provider']);
  });

  test.each(['1.32', '1.37'])(
    'is valid against the schemas of Kubernetes %s, unknown fields included',
    async (version) => {
      const requirements = join(import.meta.dirname, 'kubernetes-validate/requirements.txt');
      const tools = await installPythonLibrary('kubernetes-validate', requirements);
      // Most are the same in many of them.
      const all = [...rendered.values()].flat().filter((one) => !isCustom(one));
      const different = new Set(all.map((one) => JSON.stringify(one)));
      const file = join(folder, 'all.json');
      writeFileSync(file, [...different].map((one) => `---\n${one}`).join('\n'));
      const args = ['-m', 'kubernetes_validate', '--strict', '--no-warn', '-k', version, file];
      const run = spawnSync(python, args, { env: { ...process.env, PYTHONPATH: tools }, encoding: 'utf8' });
      const complaints = `${run.stdout}${run.stderr}`
        .split('\n')
        .filter((line) => line !== '' && !line.includes('passed'));
      expect(complaints).toEqual([]);
      expect(run.status).toBe(0);
    },
    installTimeoutMs,
  );
});

whenRendered('a planted fault', () => {
  test.each(plantedFaults)('is caught: $name', (fault) => {
    const planted = plant(resourcesOf('k8s/overlays/production'), fault);
    expect(Object.keys(brokenRules(planted))).toContain(fault.breaks);
  });

  test('is there for every rule', () => {
    const attacked = new Set(plantedFaults.map(({ breaks }) => breaks));
    expect(ruleNames.filter((name) => !attacked.has(name))).toEqual([]);
  });
});

whenRendered('the pods that renew', () => {
  test.each(['commands', 'timers'])('%s ask for the part of a core that the page counts with', (consumer) => {
    const page = textOf('docs/operations.md');
    const [, renewals = ''] = /\*\*(\d+) renewals a second/.exec(page) ?? [];
    const [, cpuMs = ''] = /CPU for each renewal +\| (\d+\.\d+) ms/.exec(page) ?? [];
    const pod = workloadsOf(resourcesOf('k8s/overlays/production')).find(
      ({ metadata }) => metadata.name === `cinema-billing-consumers-${consumer}`,
    );
    const asked = Number.parseInt((pod && containerOf(pod).resources?.requests?.cpu) ?? '', 10);
    expect(Number(renewals) * Number(cpuMs)).toBeGreaterThan(200);
    expect(asked).toBeGreaterThanOrEqual(Number(renewals) * Number(cpuMs));
  });
});

whenRendered('the settings', () => {
  const configOf = (root: string) => ofKind(resourcesOf(root), 'ConfigMap')[0]?.data ?? {};
  const secrets = {
    JWT_SECRET_KEY: 'a-secret-of-production-that-is-long-enough',
    ENCRYPTION_KEY: Buffer.from('thirty-two-bytes-that-are-random').toString('base64'),
    KAFKA_PASSWORD: 'a-password-of-kafka',
    MONGODB_URL: 'mongodb://billing:hunter2-of-mongo@mongo-0.mongo:27017/billing?replicaSet=rs0&tls=true',
    SCHEMA_REGISTRY_PASSWORD: 'a-password-of-the-registry',
    YOOKASSA_NOTIFICATION_SECRET: 'qwertyuiopasdfghjklz',
  };

  test.each([
    ['k8s/base', 'production', { ...secrets, YOOKASSA_API_KEY: 'live_key' }],
    ['k8s/overlays/production', 'production', { ...secrets, YOOKASSA_API_KEY: 'live_key' }],
    ['k8s/overlays/staging', 'staging', { ...secrets, YOOKASSA_API_KEY: 'test_key' }],
    ['k8s/overlays/development', 'development', {}],
  ])('of %s are a configuration of %s', (root, environment, filled) => {
    expect(loadConfig({ ...configOf(root), ...filled })).toMatchObject({
      BILLING_ENV: environment,
      PROJECT_HOST: '0.0.0.0',
    });
  });

  test('take the address that the operator of MongoDB makes', () => {
    const host = 'mongo-svc.cinema-billing.svc.cluster.local';
    const made = {
      ...secrets,
      MONGODB_URL: `mongodb+srv://billing:Zk7%2Fq9Lw3Xt2@${host}/billing?replicaSet=mongo&ssl=true`,
    };
    const { MONGODB_URL: address } = loadConfig({ ...configOf('k8s/base'), ...made, YOOKASSA_API_KEY: 'live_key' });
    expect(address).toBe(made.MONGODB_URL);
  });

  const example = (parse(textOf('k8s/base/secret.example.yaml')) as { stringData: Record<string, string> }).stringData;

  test('each secret one is in the example of the Secret', () => {
    const secret = Object.entries(settings).flatMap(([name, setting]) => ('secret' in setting ? [name] : []));
    expect(Object.keys(example)).toEqual(secret);
  });

  test('no value of the example is accepted, so that none is deployed by mistake', () => {
    let refused = '';
    try {
      loadConfig({ ...configOf('k8s/base'), ...example });
    } catch (error) {
      if (error instanceof Fault) refused = error.message;
    }
    for (const name of Object.keys(example)) expect(refused).toContain(`${name}: `);
  });
});
