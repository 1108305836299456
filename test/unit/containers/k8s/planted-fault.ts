import type { Resource } from './resource.ts';

/** A resource of the rendered production overlay: its kind, and how its name begins. */
type Place = { readonly kind: string; readonly name: string };

/** A change that a cluster may take without a word; `breaks` is the rule that must notice it. */
export type PlantedFault = {
  readonly name: string;
  readonly breaks: string;
  readonly of: Place;
  readonly path: string;
  /** Absent: the member is removed. */
  readonly to?: unknown;
};

export const places = {
  account: { kind: 'ServiceAccount', name: 'cinema-billing' },
  api: { kind: 'Deployment', name: 'cinema-billing-api' },
  autoscaler: { kind: 'HorizontalPodAutoscaler', name: 'cinema-billing-api' },
  budget: { kind: 'PodDisruptionBudget', name: 'cinema-billing-api' },
  ingress: { kind: 'NetworkPolicy', name: 'cinema-billing-api' },
  job: { kind: 'Job', name: 'cinema-billing-migrate' },
  kafkaOfAutoscalers: { kind: 'TriggerAuthentication', name: 'cinema-billing-kafka' },
  keeper: { kind: 'Deployment', name: 'cinema-billing-consumers-keeper' },
  map: { kind: 'ConfigMap', name: 'cinema-billing' },
  monitor: { kind: 'PodMonitor', name: 'cinema-billing' },
  names: { kind: 'NetworkPolicy', name: 'cinema-billing-names' },
  namespace: { kind: 'Namespace', name: 'cinema-billing' },
  renewals: { kind: 'ScaledObject', name: 'cinema-billing-consumers-timers' },
  scraped: { kind: 'NetworkPolicy', name: 'cinema-billing-metrics' },
  service: { kind: 'Service', name: 'cinema-billing-api' },
  staff: { kind: 'CronJob', name: 'cinema-billing-staff' },
} as const satisfies Readonly<Record<string, Place>>;

type Members = Record<string, unknown>;

/** The resources with the fault in one of them. */
export function plant(resources: readonly Resource[], { of, path, to }: PlantedFault): readonly Resource[] {
  const planted = structuredClone(resources);
  const changed = planted.find(({ kind, metadata }) => kind === of.kind && metadata.name.startsWith(of.name));
  if (changed === undefined) throw new Error(`There is no ${of.kind} ${of.name}.`);
  const names = path.split('.');
  const last = names.pop() ?? '';
  const holder = names.reduce((one, name) => one[name] as Members, changed as unknown as Members);
  if (to === undefined) Reflect.deleteProperty(holder, last);
  else holder[last] = to;
  return planted;
}
