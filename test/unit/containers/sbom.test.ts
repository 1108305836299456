import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { nodeFlags } from '../../../stack/run-node.ts';
import { projectRoot, textOf } from './project.ts';

type Names = Readonly<Record<string, string>>;
type Locked = {
  readonly version: string;
  readonly dependencies?: Names;
  readonly peerDependencies?: Names;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
};
type Bill = {
  readonly metadata: { readonly component: { readonly name: string; readonly 'bom-ref': string } };
  readonly components: readonly { readonly 'bom-ref': string }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
};

const { packages } = JSON.parse(textOf('package-lock.json')) as { readonly packages: Readonly<Record<string, Locked>> };

/** Where Node finds a package that another one names: beside it, or further up. */
function pathOf(name: string, from: string): string | undefined {
  const path = `${from === '' ? '' : `${from}/`}node_modules/${name}`;
  if (path in packages) return path;
  return from === '' ? undefined : pathOf(name, from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/'))));
}

/** Every package that the project needs at work, by following what each one names. */
function needed(from = '', known = new Set<string>()): ReadonlySet<string> {
  const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = packages[from] ?? { version: '' };
  const peers = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true);
  for (const name of [...Object.keys(dependencies), ...peers]) {
    const path = pathOf(name, from);
    if (path === undefined || known.has(path)) continue;
    known.add(path);
    needed(path, known);
  }
  return known;
}

test('the bill of materials has every package that the processes need, and no other', () => {
  const program = [...nodeFlags, join(projectRoot, 'tools/commands/sbom.ts')];
  const bill = JSON.parse(execFileSync(process.execPath, program, { cwd: projectRoot, encoding: 'utf8' })) as Bill;
  expect(bill).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.5' });
  expect(bill.metadata.component.name).toBe('cinema-billing');
  const listed = bill.components.map((one) => one['bom-ref']);
  const wanted = [...needed()].map(
    (path) => `${path.slice(path.lastIndexOf('node_modules/') + 13)}@${packages[path]?.version ?? ''}`,
  );
  expect(new Set(listed)).toEqual(new Set(wanted));
  expect(listed.length).toBeGreaterThan(100);
  const named = new Set([...listed, bill.metadata.component['bom-ref']]);
  const refs = bill.dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]);
  expect(refs.filter((ref) => !named.has(ref))).toEqual([]);
});
