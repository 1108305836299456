import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { projectRoot } from '../../stack/folders.ts';

/** What KEDA and the autoscaler of Kubernetes do with a ScaledObject of `k8s/components/scaling`. */
export type ScaledObject = {
  readonly group: string;
  readonly topic: string;
  readonly lagThreshold: number;
  readonly max: number;
};

type Manifest = {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly maxReplicaCount: number;
    readonly triggers: readonly {
      readonly metadata: { readonly consumerGroup: string; readonly topic: string; readonly lagThreshold: string };
    }[];
  };
};

export function readScaledObject(name: string): ScaledObject {
  const text = readFileSync(join(projectRoot, 'k8s/components/scaling/scaled-objects.yaml'), 'utf8');
  const manifests = parseAllDocuments(text).map((document) => document.toJS() as Manifest);
  const { spec } = manifests.find(({ metadata }) => metadata.name === name) ?? {};
  const [trigger] = spec?.triggers ?? [];
  if (spec === undefined || trigger === undefined) throw new Error(`There is no ScaledObject ${name}`);
  const { consumerGroup: group, topic, lagThreshold } = trigger.metadata;
  return { group, topic, lagThreshold: Number(lagThreshold), max: spec.maxReplicaCount };
}

/** The autoscaler adds at most four pods, or as many as there are, and removes one (`scaleDown` of the manifest). */
const addedAtOnce = 4;

/**
 * How many pods there are next: the lag divided by the threshold, rounded up, within the bounds; fewer only when every wish of the
 * window of stabilization is below what runs.
 */
export function nextReplicas(
  { lagThreshold, max }: ScaledObject,
  running: number,
  lags: readonly number[],
): { readonly wanted: number; readonly next: number } {
  const wishOf = (lag: number): number => Math.min(max, Math.max(1, Math.ceil(lag / lagThreshold)));
  const wanted = wishOf(lags.at(-1) ?? 0);
  const most = Math.max(...lags.map(wishOf));
  if (wanted > running) return { wanted, next: Math.min(wanted, running + Math.max(addedAtOnce, running)) };
  return { wanted, next: most < running ? running - 1 : running };
}
