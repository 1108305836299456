import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../stack/folders.ts';
import { StackFailure } from '../../stack/stack-failure.ts';
import { productionImage } from '../../tools/containers/build-images.ts';
import type { Docker } from '../../tools/containers/docker.ts';
import { render, resourcesIn } from '../unit/containers/k8s/render.ts';
import {
  type Container,
  containerOf,
  isWorkload,
  type Labels,
  ofKind,
  type Resource,
  type Workload,
} from '../unit/containers/k8s/resource.ts';
import type { Sources } from './kubelet/container-arguments.ts';

/** A version: its image, and the manifests of its own source. */
export type Release = { readonly image: string; readonly source: string };

const developmentImage = 'cinema-billing:local';
/** `npm ci` took a minute and a half on a loaded machine. */
const buildTimeoutMs = 10 * 60_000;

/** The working tree, whose images are built already. */
export const thisRelease: Release = { image: productionImage, source: projectRoot };

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
  return { image, source };
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

/** What is applied, and the settings that its pods find. */
export type Applied = { readonly manifests: readonly Resource[]; readonly sources: Sources };

/**
 * The production overlay, with what cannot be had here replaced: the settings are those of the development overlay, as
 * production refuses a sandbox and plain text. Users of Kafka go with them.
 */
export function manifestsOf({ image, source }: Release): Applied {
  const read = (overlay: string): readonly Resource[] => resourcesIn(render(join(source, 'k8s/overlays', overlay)));
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
  const ours = production.map((one) => (isWorkload(one) ? adapt(one, image, leastOf(production, one)) : one));
  const provider = sandbox.map((one) => (isWorkload(one) ? adapt(one, developmentImage) : one));
  return { manifests: [...ours, ...provider], sources };
}

/** Autoscalers stay at their least: what is tried is the roll, and not the load at which they would scale. */
function leastOf(manifests: readonly Resource[], { metadata, spec }: Workload): number | undefined {
  const scalers = ['HorizontalPodAutoscaler', 'ScaledObject'].flatMap((kind) => ofKind(manifests, kind));
  const scaler = scalers.find((one) => one.spec.scaleTargetRef?.name === metadata.name)?.spec;
  return scaler?.minReplicas ?? scaler?.minReplicaCount ?? spec.replicas;
}

function adapt(workload: Workload, image: string, replicas = 1): Workload {
  const { spec } = workload;
  const { env = [] } = containerOf(workload);
  const own = { image, env: env.filter((one) => !one.name.startsWith('KAFKA_')) };
  return withContainer({ ...workload, spec: { ...spec, replicas } }, own);
}

/** The same with other fields of its container. */
export function withContainer(workload: Workload, own: Partial<Container>): Workload {
  const { template } = workload.spec;
  const containers = [{ ...containerOf(workload), ...own }] as const;
  return { ...workload, spec: { ...workload.spec, template: { ...template, spec: { ...template.spec, containers } } } };
}
