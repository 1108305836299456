import { type KafkaRights, kafkaRights } from '../../../../src/composition/kafka-rights.ts';
import { settings } from '../../../../src/config.ts';
import { textOf } from '../project.ts';
import { containerOf, deploymentsOf, ofKind, type Resource, type Workload, workloadsOf } from './resource.ts';
import type { Rule } from './rule.ts';

const secretSettings = Object.entries(settings).flatMap(([name, setting]) => ('secret' in setting ? [name] : []));

const configOf = (resources: readonly Resource[]) => Object.entries(ofKind(resources, 'ConfigMap')[0]?.data ?? {});

const made = (resources: readonly Resource[], kind: string) =>
  ofKind(resources, kind).map(({ metadata }) => metadata.name);

/** The keys of secrets that operators make of the examples, and of those that a command of the page makes. */
const keysOf: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ...Object.keys(kafkaRights).map((user) => [user, ['password']] as const),
  ...[...textOf('k8s/examples/mongodb/mongodb.yaml').matchAll(/connectionStringSecretName: (\S+)/g)].map(
    ([, name = '']) => [name, ['connectionString.standard', 'connectionString.standardSrv']] as const,
  ),
  ...[...textOf('docs/operations.md').matchAll(/^kubectl create secret generic (\S+) (.*)$/gm)].map(
    ([, name = '', literals = '']) =>
      [name, [...literals.matchAll(/--from-literal=([^=]+)=/g)].map(([, key = '']) => key)] as const,
  ),
]);

/** Rules about settings and secrets. */
export const settingRules: Readonly<Record<string, Rule>> = {
  'no secret is in a ConfigMap': (resources) =>
    configOf(resources)
      .filter(([name, value]) => secretSettings.includes(name) && !(name === 'MONGODB_URL' && !value.includes('@')))
      .map(([name]) => name),
  'every variable is a setting': (resources) =>
    configOf(resources)
      .map(([name]) => name)
      .filter((name) => !(name in settings)),
  'a changed setting gives its map another name, and so rolls the pods': (resources) =>
    made(resources, 'ConfigMap').filter((name) => !/-[a-z0-9]{10}$/.test(name)),
  'what a pod takes its environment from is there': (resources) => {
    const maps = made(resources, 'ConfigMap');
    const external = ofKind(resources, 'ExternalSecret').map(({ spec }) => spec.target?.name);
    const secrets = [...made(resources, 'Secret'), ...external];
    // The base leaves its secret to the overlay.
    const areSecretsHere = secrets.length > 0;
    return workloadsOf(resources)
      .filter((one) => {
        const from = containerOf(one).envFrom ?? [];
        const isMapThere = from.some(({ configMapRef }) => maps.includes(configMapRef?.name ?? ''));
        const isSecretThere = from.some(({ secretRef }) => secrets.includes(secretRef?.name ?? ''));
        return !isMapThere || (areSecretsHere && !isSecretThere);
      })
      .map(({ metadata }) => metadata.name);
  },
  'a key of a secret is one that is made': (resources) => {
    const inPods = workloadsOf(resources).flatMap((one) =>
      (containerOf(one).env ?? []).map(({ valueFrom }) => [one, valueFrom?.secretKeyRef] as const),
    );
    const ofAutoscalers = resources.flatMap((one) =>
      ((one.spec as Resource['spec'] | undefined)?.secretTargetRef ?? []).map((key) => [one, key] as const),
    );
    return [...inPods, ...ofAutoscalers]
      .filter(([, wanted]) => wanted !== undefined && keysOf.get(wanted.name)?.includes(wanted.key) !== true)
      .map(([{ metadata }]) => metadata.name);
  },
  'a file of the settings is mounted, and may not be written': (resources) => {
    const files = configOf(resources).flatMap(([name, value]) => (name.endsWith('_FILE') ? [value] : []));
    return workloadsOf(resources)
      .filter((one) => {
        const mounts = containerOf(one).volumeMounts ?? [];
        const volumes = one.spec.template.spec.volumes?.map(({ name }) => name) ?? [];
        const isThere = (file: string) =>
          mounts.some(({ mountPath, readOnly }) => readOnly === true && file.startsWith(`${mountPath}/`));
        return !files.every(isThere) || mounts.some(({ name }) => !volumes.includes(name));
      })
      .map(({ metadata }) => metadata.name);
  },
  'a process uses its own user of Kafka, where each has one': (resources) => {
    const userOf = (one: Workload) => containerOf(one).env?.find(({ name }) => name === 'KAFKA_USERNAME')?.value;
    const workloads = workloadsOf(resources);
    if (workloads.every((one) => userOf(one) === undefined)) return [];
    const users = Object.entries<KafkaRights>(kafkaRights);
    const userFor = (one: Workload) => users.find(([, { process }]) => process === containerOf(one).args.at(-1))?.[0];
    // A pod for people runs what they start, under the user of its own name.
    const namesake = ({ metadata }: Workload) => users.find(([user]) => `cinema-${user}` === metadata.name)?.[0];
    const rightOne = (one: Workload) => (one.kind === 'CronJob' ? (namesake(one) ?? 'nobody') : userFor(one));
    return workloads.filter((one) => userOf(one) !== rightOne(one)).map(({ metadata }) => metadata.name);
  },
  'metrics are served where the port says': (resources) => {
    const port = Number(new Map(configOf(resources)).get('METRICS_PORT'));
    return deploymentsOf(resources)
      .filter((one) =>
        containerOf(one).ports?.some(({ name, containerPort }) => name === 'metrics' && containerPort !== port),
      )
      .map(({ metadata }) => metadata.name);
  },
};
