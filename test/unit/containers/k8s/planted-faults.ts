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

const places = {
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

export const plantedFaults: readonly PlantedFault[] = [
  {
    name: 'a selector that finds other pods',
    breaks: 'a deployment finds its own pods, and no others',
    of: places.api,
    path: 'spec.selector.matchLabels',
    to: { 'app.kubernetes.io/component': 'jobs' },
  },
  {
    name: 'port 70000',
    breaks: 'a port is a port',
    of: places.api,
    path: 'spec.template.spec.containers.0.ports.0.containerPort',
    to: 70_000,
  },
  {
    name: 'a service that sends to a port of no pod',
    breaks: 'a service finds pods that have its port',
    of: places.service,
    path: 'spec.ports.0.targetPort',
    to: 'https',
  },
  {
    name: 'a probe of a port that the pod lacks',
    breaks: 'readiness is health, liveness is live, on a port that the container has',
    of: places.api,
    path: 'spec.template.spec.containers.0.readinessProbe.httpGet.port',
    to: 'health',
  },
  {
    name: 'liveness that fails with the database',
    breaks: 'readiness is health, liveness is live, on a port that the container has',
    of: places.api,
    path: 'spec.template.spec.containers.0.livenessProbe.httpGet.path',
    to: '/health',
  },
  {
    name: 'a request above its limit',
    breaks: 'memory is requested and limited, and CPU has no limit',
    of: places.api,
    path: 'spec.template.spec.containers.0.resources.requests.memory',
    to: '1Gi',
  },
  {
    name: 'a heap beyond the limit of the container',
    breaks: 'a heap leaves half of the memory to what is outside of it',
    of: places.api,
    path: 'spec.template.spec.containers.0.args',
    to: ['--max-old-space-size=512', 'src/server.ts'],
  },
  {
    name: 'a grace shorter than the shutdown',
    breaks: 'a stop has the time that it needs',
    of: places.api,
    path: 'spec.template.spec.terminationGracePeriodSeconds',
    to: 30,
  },
  {
    name: 'an API that closes while requests still come',
    breaks: 'a pod behind a service waits until no request comes',
    of: places.api,
    path: 'spec.template.spec.containers.0.lifecycle',
  },
  {
    name: 'a budget that blocks every drain',
    breaks: 'each deployment has one disruption budget, which lets a node be drained',
    of: places.budget,
    path: 'spec.minAvailable',
    to: 2,
  },
  {
    name: 'no way out to the names',
    breaks: 'every pod reaches the names, the stores and the provider',
    of: places.names,
    path: 'spec.egress',
  },
  {
    name: 'a broker on a port that is closed',
    breaks: 'every pod reaches the names, the stores and the provider',
    of: places.map,
    path: 'data.KAFKA_BROKERS',
    to: 'kafka:9094',
  },
  {
    name: 'pods that no policy closes',
    breaks: 'nothing goes in or out that no policy allows',
    of: places.api,
    path: 'spec.template.metadata.labels',
    to: { app: 'billing' },
  },
  {
    name: 'metrics open to everyone',
    breaks: 'no policy opens a pod to everyone',
    of: places.scraped,
    path: 'spec.ingress.0.from',
  },
  {
    name: 'a secret in the ConfigMap',
    breaks: 'no secret is in a ConfigMap',
    of: places.map,
    path: 'data.YOOKASSA_API_KEY',
    to: 'live_key',
  },
  {
    name: 'a setting with a spelling mistake',
    breaks: 'every variable is a setting',
    of: places.map,
    path: 'data.KAFKA_BROKER',
    to: 'kafka:9092',
  },
  {
    name: 'settings whose change rolls no pod',
    breaks: 'a changed setting gives its map another name, and so rolls the pods',
    of: places.map,
    path: 'metadata.name',
    to: 'cinema-billing',
  },
  {
    name: 'a map that is not there',
    breaks: 'what a pod takes its environment from is there',
    of: places.api,
    path: 'spec.template.spec.containers.0.envFrom.0.configMapRef.name',
    to: 'cinema-billing',
  },
  {
    name: 'a password from a secret that no one makes',
    breaks: 'a key of a secret is one that is made',
    of: places.api,
    path: 'spec.template.spec.containers.0.env.1.valueFrom.secretKeyRef.name',
    to: 'billing-kafka',
  },
  {
    name: 'an autoscaler with a key that its secret lacks',
    breaks: 'a key of a secret is one that is made',
    of: places.kafkaOfAutoscalers,
    path: 'spec.secretTargetRef.1.key',
    to: 'secret',
  },
  {
    name: 'certificates that no pod can read',
    breaks: 'a file of the settings is mounted, and may not be written',
    of: places.map,
    path: 'data.TLS_CA_FILE',
    to: '/etc/cinema-billing/ca.crt',
  },
  {
    name: 'replicas beside the autoscaler',
    breaks: 'no number of replicas stands beside an autoscaler',
    of: places.api,
    path: 'spec.replicas',
    to: 2,
  },
  {
    name: 'an autoscaler of nothing',
    breaks: 'an autoscaler scales a deployment that there is, and one alone',
    of: places.autoscaler,
    path: 'spec.scaleTargetRef.name',
    to: 'cinema-billing',
  },
  {
    name: 'more pods than partitions',
    breaks: 'a consumer has no more pods than its topic partitions',
    of: places.renewals,
    path: 'spec.maxReplicaCount',
    to: 50,
  },
  {
    name: 'renewals scaled on the lag of purchases',
    breaks: 'a consumer scales on the lag of its own group and topic',
    of: places.renewals,
    path: 'spec.triggers.0.metadata.topic',
    to: 'billing.commands.v1',
  },
  {
    name: 'the API under the user of the consumers',
    breaks: 'a process uses its own user of Kafka, where each has one',
    of: places.api,
    path: 'spec.template.spec.containers.0.env.0.value',
    to: 'billing-consumers',
  },
  {
    name: 'staff under the user of the jobs',
    breaks: 'a process uses its own user of Kafka, where each has one',
    of: places.staff,
    path: 'spec.jobTemplate.spec.template.spec.containers.0.env.0.value',
    to: 'billing-jobs',
  },
  {
    name: 'a pod for people that may become root',
    breaks: 'a pod keeps to the restricted standard',
    of: places.staff,
    path: 'spec.jobTemplate.spec.template.spec.securityContext',
  },
  {
    name: 'a pod that may become root',
    breaks: 'a pod keeps to the restricted standard',
    of: places.api,
    path: 'spec.template.spec.containers.0.securityContext.allowPrivilegeEscalation',
    to: true,
  },
  {
    name: 'the token of a service account in a pod',
    breaks: 'a service account is there, and gives no token',
    of: places.account,
    path: 'automountServiceAccountToken',
  },
  {
    name: 'the latest image, whichever it is',
    breaks: 'one image for all, by a version',
    of: places.api,
    path: 'spec.template.spec.containers.0.image',
    to: 'registry.example/cinema-billing:latest',
  },
  {
    name: 'a roll that stops the old pods first',
    breaks: 'a roll removes no pod before its successor is ready',
    of: places.api,
    path: 'spec.strategy.rollingUpdate',
    to: { maxUnavailable: 1, maxSurge: 0 },
  },
  {
    name: 'a deploy step under the name of the last release',
    breaks: 'the deploy step is named by its version',
    of: places.job,
    path: 'metadata.name',
    to: 'cinema-billing-migrate',
  },
  {
    name: 'a deploy step that is ended while an index is built',
    breaks: 'the deploy step may run as long as it waits for an index',
    of: places.job,
    path: 'spec.activeDeadlineSeconds',
    to: 600,
  },
  {
    name: 'all pods on one host',
    breaks: 'pods are spread over hosts and zones',
    of: places.api,
    path: 'spec.template.spec.topologySpreadConstraints',
  },
  {
    name: 'a name with capitals',
    breaks: 'a name is a name of DNS',
    of: places.service,
    path: 'metadata.name',
    to: 'Cinema_Billing',
  },
  {
    name: 'a consumer without processes',
    breaks: 'each consumer has processes of its own',
    of: places.keeper,
    path: 'spec.template.spec.containers.0.env',
    to: [{ name: 'CONSUMERS', value: 'timers' }],
  },
  {
    name: 'a program that is not in the image',
    breaks: 'a container starts a program that there is',
    of: places.api,
    path: 'spec.template.spec.containers.0.args',
    to: ['src/main.ts'],
  },
  {
    name: 'metrics on a port that Prometheus does not know',
    breaks: 'metrics are read from every pod',
    of: places.monitor,
    path: 'spec.podMetricsEndpoints.0.port',
    to: 'http-metrics',
  },
  {
    name: 'metrics on another port than the setting says',
    breaks: 'metrics are served where the port says',
    of: places.map,
    path: 'data.METRICS_PORT',
    to: '9000',
  },
  {
    name: 'a namespace that takes any pod',
    breaks: 'all lies in one namespace, which enforces the restricted standard',
    of: places.namespace,
    path: 'metadata.labels',
  },
  {
    name: 'an API that the ingress cannot reach',
    breaks: 'a service and the metrics are reached through the network',
    of: places.ingress,
    path: 'spec.ingress',
  },
];

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
