import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../stack/folders.ts';
import { StackFailure } from '../../stack/stack-failure.ts';
import { productionImage } from '../../tools/containers/build-images.ts';
import type { Docker } from '../../tools/containers/docker.ts';
import { render, resourcesIn } from '../unit/containers/k8s/render.ts';
import type { Labels } from '../unit/containers/k8s/resource.ts';
import type { Manifest } from './kubelet/shapes.ts';
import type { Sources } from './kubelet/container-arguments.ts';

/** A version: its name, its image, and the manifests of its own source. */
export type Release = { readonly name: string; readonly image: string; readonly source: string };

const developmentImage = 'cinema-billing:local';
/** `npm ci` took a minute and a half on a loaded machine. */
const buildTimeoutMs = 10 * 60_000;

/** The working tree, whose images are built already. */
export const thisRelease: Release = { name: 'new', image: productionImage, source: projectRoot };

/** Builds the image of an earlier commit from what the commit holds. */
export async function buildEarlier(docker: Docker, data: string, commit: string): Promise<Release> {
  const source = join(data, 'earlier');
  rmSync(source, { recursive: true, force: true });
  mkdirSync(source, { recursive: true });
  const call = { log: 'build', timeoutMs: buildTimeoutMs };
  const archive = `${source}.tar`;
  await docker.run('git', ['archive', '--output', archive, commit], call);
  await docker.run('tar', ['-xf', archive, '-C', source], call);
  rmSync(archive);
  const image = 'cinema-billing:earlier';
  await docker.docker(['build', '--network', 'host', '--tag', image, source], call);
  return { name: 'old', image, source };
}

/** The commit that a name such as HEAD~1 stands for. */
export function commitOf(name: string): string {
  const { status, stdout } = spawnSync('git', ['rev-parse', '--verify', '--short', `${name}^{commit}`], {
    cwd: projectRoot,
    encoding: 'utf8',
  });
  if (status !== 0) throw new StackFailure(`${name} names no commit of this repository: give one with --from.`);
  return stdout.trim();
}

/**
 * The production overlay, with what cannot be had here replaced: the settings are those of the development overlay, as
 * production refuses a sandbox and plain text. Users of Kafka go with them. The deploy step is named by the release, as each
 * release has a version of its own.
 */
export function manifestsOf({ name, image, source }: Release): {
  readonly manifests: readonly Manifest[];
  readonly sources: Sources;
} {
  const read = (overlay: string): readonly Manifest[] =>
    resourcesIn(render(join(source, 'k8s/overlays', overlay))) as unknown as readonly Manifest[];
  const [production, development] = [read('production'), read('development')];
  const settings = development.find(({ kind }) => kind === 'ConfigMap')?.data ?? {};
  const sandbox = development.filter(({ kind, metadata }) => metadata.name === 'sandbox' && kind !== 'Namespace');
  // Stands in for the operator that makes Secrets as well: empty ones, and so the defaults of development.
  const dataOf: Readonly<Record<string, Labels>> = { ConfigMap: settings, Secret: {}, ExternalSecret: {} };
  const sources = new Map(
    [...production, ...development].flatMap(({ kind, metadata }) => {
      const data = dataOf[kind];
      return data === undefined ? [] : [[`${kind.replace('External', '')}/${metadata.name}`, data] as const];
    }),
  );
  const manifests = [
    ...production.map((one) => withContainer(one, image, name)),
    ...sandbox.map((one) => withContainer(one, developmentImage, name)),
  ];
  return { manifests, sources };
}

function withContainer(manifest: Manifest, image: string, release: string): Manifest {
  const template = (manifest.spec as Partial<Manifest['spec']> | undefined)?.template;
  if (template === undefined) return manifest;
  const [container] = template.spec.containers;
  const env = container.env?.filter((one) => !one.name.startsWith('KAFKA_')) ?? [];
  const containers = [{ ...container, image, env }] as const;
  const { metadata } = manifest;
  const named = manifest.kind === 'Job' ? { ...metadata, name: `${metadata.name}-${release}` } : metadata;
  return {
    ...manifest,
    metadata: named,
    spec: { ...manifest.spec, template: { ...template, spec: { ...template.spec, containers } } },
  };
}
