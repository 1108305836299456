import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { Fault } from '../../../../src/application/ports/faults.ts';
import { loadConfig, settings } from '../../../../src/config.ts';
import { installPythonLibrary, installTimeoutMs, python } from '../../../support/python-library.ts';
import { projectRoot, textOf } from '../project.ts';
import { complaintsAbout, isCustom } from './custom-resources.ts';
import { plant, plantedFaults } from './planted-faults.ts';
import { components, hasKubectl, render, resourcesIn, roots } from './render.ts';
import { ofKind, type Resource } from './resource.ts';
import { brokenRules, ruleNames } from './rules.ts';

if (!hasKubectl) console.log('The manifests are not tested: there is no kubectl on this machine, which renders them.');
const whenRendered = hasKubectl ? describe : describe.skip;

const rendered = new Map(hasKubectl ? roots.map((folder) => [folder, render(folder)]) : []);
const resourcesOf = (folder: string): readonly Resource[] => resourcesIn(rendered.get(folder) ?? '');

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

  const baseWith = (names: readonly string[]): readonly Resource[] => {
    const trial = mkdtempSync(join(projectRoot, 'k8s', '.trial-'));
    try {
      const lines = ['resources: [../base]', `components: [${names.map((name) => `../components/${name}`).join()}]`];
      writeFileSync(join(trial, 'kustomization.yaml'), lines.join('\n'));
      return resourcesIn(render(trial));
    } finally {
      rmSync(trial, { recursive: true, force: true });
    }
  };

  test.each(components)('the component %s renders with the base alone', (component) =>
    expect(baseWith([component]).length).toBeGreaterThan(10),
  );

  test('every pod reaches the collector where traces are sent to one', () => {
    const resources = baseWith(['network', 'traces']);
    expect(ofKind(resources, 'ConfigMap')[0]?.data).toHaveProperty('OTEL_EXPORTER_OTLP_ENDPOINT');
    expect(brokenRules(resources)).toEqual({});
    const closed = resources.filter(({ metadata }) => metadata.name !== 'cinema-billing-traces');
    expect(Object.keys(brokenRules(closed))).toEqual(['every pod reaches the names, the stores and the provider']);
  });

  test.each(['1.32', '1.37'])(
    'is valid against the schemas of Kubernetes %s, unknown fields included',
    async (version) => {
      const requirements = join(import.meta.dirname, 'kubernetes-validate/requirements.txt');
      const tools = await installPythonLibrary('kubernetes-validate', requirements);
      const files = roots.map((root) => {
        const path = join(folder, `${root.replaceAll('/', '-')}.json`);
        const native = resourcesOf(root).filter((one) => !isCustom(one));
        writeFileSync(path, native.map((one) => `---\n${JSON.stringify(one)}`).join('\n'));
        return path;
      });
      const args = ['-m', 'kubernetes_validate', '--strict', '--no-warn', '-k', version, ...files];
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
