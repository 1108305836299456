import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { projectRoot, textOf } from '../project.ts';
import { render, resourcesIn } from './render.ts';
import type { Resource } from './resource.ts';

type Kustomization = { readonly resources: readonly string[]; readonly components?: readonly string[] };

const kustomizationOf = (folder: string) => parse(textOf(`${folder}/kustomization.yaml`)) as Kustomization;

/** The components of a folder, those of the base included. */
export const componentsOf = (folder: string): readonly string[] =>
  [folder, 'k8s/base'].flatMap((one) => kustomizationOf(one).components ?? []).map((path) => basename(path));

/** A folder with further components, rendered. The namespace is last, so that theirs lie in it as well. */
export function renderWith(folder: string, added: readonly string[]): readonly Resource[] {
  const trial = mkdtempSync(join(projectRoot, 'k8s', '.trial-'));
  try {
    const copy = join(trial, basename(folder));
    cpSync(join(projectRoot, folder), copy, { recursive: true });
    const file = join(copy, 'kustomization.yaml');
    const { components = [], ...rest } = parse(readFileSync(file, 'utf8')) as Kustomization;
    const own = components.filter((path) => basename(path) !== 'namespace');
    const last = components.filter((path) => basename(path) === 'namespace');
    const all = [...own, ...added.map((name) => `../../components/${name}`), ...last];
    writeFileSync(file, JSON.stringify({ ...rest, components: all }));
    return resourcesIn(render(copy));
  } finally {
    rmSync(trial, { recursive: true, force: true });
  }
}
