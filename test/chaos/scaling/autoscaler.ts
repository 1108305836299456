import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../stack/folders.ts';
import { hasKubectl, render, resourcesIn } from '../../unit/containers/k8s/render.ts';

/** What KEDA and the autoscaler of Kubernetes do with one ScaledObject. */
export type ScaledObject = {
  readonly group: string;
  readonly topic: string;
  readonly lagThreshold: number;
  readonly min: number;
  readonly max: number;
};

type Spec = {
  readonly minReplicaCount: number;
  readonly maxReplicaCount: number;
  readonly triggers: readonly {
    readonly metadata: { readonly consumerGroup: string; readonly topic: string; readonly lagThreshold: string };
  }[];
};

const overlay = 'k8s/overlays/production';
const component = 'k8s/components/scaling/scaled-objects.yaml';

/** Of the overlay for production, as it is applied; without kubectl, of the component, which the overlay takes as it is. */
export function readScaledObject(name: string): ScaledObject {
  const text = hasKubectl ? render(overlay) : readFileSync(join(projectRoot, component), 'utf8');
  const found = resourcesIn(text).find(({ kind, metadata }) => kind === 'ScaledObject' && metadata.name === name);
  const spec = found?.spec as Spec | undefined;
  const [trigger] = spec?.triggers ?? [];
  if (spec === undefined || trigger === undefined) throw new Error(`There is no ScaledObject ${name}`);
  const { consumerGroup: group, topic, lagThreshold } = trigger.metadata;
  const { minReplicaCount: min, maxReplicaCount: max } = spec;
  return { group, topic, lagThreshold: Number(lagThreshold), min, max };
}

/** What Kubernetes does by itself: it adds at most four pods at once, or as many as there are, and moves for no tenth. */
const addedAtOnce = 4;
const tolerance = 0.1;
/** `scaleDown` of the manifest. */
const removedAtOnce = 1;

/** The lag divided by the threshold, rounded up, within the bounds. */
function wantedReplicas({ lagThreshold, min, max }: ScaledObject, running: number, lag: number): number {
  const isNear = running > 0 && Math.abs(lag / (lagThreshold * running) - 1) <= tolerance;
  const wanted = isNear ? running : Math.ceil(lag / lagThreshold);
  return Math.min(max, Math.max(min, wanted));
}

/** How many pods there are next. Pods leave only when every lag of the window of stabilization asks for fewer than run. */
export function nextReplicas(scaled: ScaledObject, running: number, lags: readonly number[]): number {
  const wishes = lags.map((lag) => wantedReplicas(scaled, running, lag));
  const wanted = wishes.at(-1) ?? running;
  if (wanted > running) return Math.min(wanted, running + Math.max(addedAtOnce, running));
  return Math.max(running - removedAtOnce, ...wishes.map((wish) => Math.min(wish, running)));
}
