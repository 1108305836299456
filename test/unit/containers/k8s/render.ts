import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { projectRoot } from '../project.ts';
import type { Resource } from './resource.ts';

const kubectl = (args: readonly string[]) => spawnSync('kubectl', args, { cwd: projectRoot, encoding: 'utf8' });

/** Manifests are rendered by kubectl, which carries kustomize. */
export const hasKubectl = kubectl(['version', '--client']).status === 0;

/** The base and every overlay, as folders. */
export const roots: readonly string[] = [
  'k8s/base',
  ...readdirSync(join(projectRoot, 'k8s/overlays')).map((name) => `k8s/overlays/${name}`),
];

export const components: readonly string[] = readdirSync(join(projectRoot, 'k8s/components'));

/** The text that a folder is applied as. */
export function render(folder: string): string {
  const { status, stdout, stderr } = kubectl(['kustomize', folder]);
  if (status !== 0) throw new Error(`${folder} cannot be rendered: ${stderr}`);
  return stdout;
}

export function resourcesIn(text: string): readonly Resource[] {
  return parseAllDocuments(text).map((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    return document.toJS() as Resource;
  });
}
