import type { Labels } from '../../unit/containers/k8s/resource.ts';
import type { ContainerSpec, PodTemplate } from './shapes.ts';

/** The data of ConfigMaps and Secrets, by kind and name. */
export type Sources = ReadonlyMap<string, Labels>;

/** A field that this kubelet does not know is refused: it would be tried without it, and seem to hold. */
const knownOfPod = new Set([
  ...['containers', 'restartPolicy', 'securityContext', 'terminationGracePeriodSeconds', 'volumes'],
  // The account has no rights and no token is given, so there is nothing to do.
  ...['serviceAccountName', 'automountServiceAccountToken', 'enableServiceLinks'],
  // The scheduler of this kubelet spreads over its two nodes.
  'topologySpreadConstraints',
]);
const knownOfContainer = new Set([
  ...['name', 'image', 'args', 'env', 'envFrom', 'ports', 'resources', 'securityContext', 'volumeMounts'],
  ...['startupProbe', 'readinessProbe', 'livenessProbe', 'lifecycle'],
]);

/** How the engine is asked for the container of a pod: user, rights, limits, environment, mounts, image and arguments. */
export function containerArguments({ spec }: PodTemplate, sources: Sources): readonly string[] {
  const [container] = spec.containers;
  const unknown = [
    ...Object.keys(spec).filter((field) => !knownOfPod.has(field)),
    ...Object.keys(container).filter((field) => !knownOfContainer.has(field)),
  ];
  if (unknown.length > 0) throw new Error(`Not known to this kubelet: ${unknown.join()}`);
  const { runAsNonRoot, runAsUser = 0, runAsGroup = 0 } = spec.securityContext ?? {};
  if (runAsNonRoot === true && runAsUser === 0) throw new Error('The pod must not run as root, and names no user');
  const { readOnlyRootFilesystem, capabilities, allowPrivilegeEscalation } = container.securityContext ?? {};
  return [
    ...['--user', `${runAsUser}:${runAsGroup}`],
    ...(readOnlyRootFilesystem === true ? ['--read-only'] : []),
    ...(capabilities?.drop ?? []).flatMap((name) => ['--cap-drop', name]),
    ...(allowPrivilegeEscalation === false ? ['--security-opt', 'no-new-privileges'] : []),
    ...limits(container),
    ...Object.entries(environmentOf(container, sources)).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...mounts(container, spec.volumes ?? [], `uid=${runAsUser},gid=${runAsGroup}`),
    container.image,
    ...container.args,
  ];
}

/** Memory as a limit without swap; CPU as the share that a request weighs among others. */
function limits({ resources }: ContainerSpec): readonly string[] {
  const memory = resources?.limits?.memory?.replace(/i$/, '').toLowerCase();
  const milli = Number.parseInt(resources?.requests?.cpu ?? '100m', 10);
  const bounded = memory === undefined ? [] : ['--memory', memory, '--memory-swap', memory];
  return [...bounded, '--cpu-shares', String(Math.round((milli * 1024) / 1000))];
}

function environmentOf({ env = [], envFrom = [] }: ContainerSpec, sources: Sources): Labels {
  const find = (kind: string, name: string): Labels => {
    const found = sources.get(`${kind}/${name}`);
    if (found === undefined) throw new Error(`The pod needs the ${kind} ${name}, and there is none`);
    return found;
  };
  const whole = envFrom.map(({ configMapRef: map, secretRef: secret }) =>
    map === undefined ? find('Secret', secret?.name ?? '') : find('ConfigMap', map.name),
  );
  const single = env.map(({ name, value, valueFrom: from }) => {
    if (from === undefined) return { [name]: value ?? '' };
    const held = find('Secret', from.secretKeyRef.name)[from.secretKeyRef.key];
    if (held === undefined) throw new Error(`The Secret ${from.secretKeyRef.name} has no ${from.secretKeyRef.key}`);
    return { [name]: held };
  });
  return Object.assign({}, ...whole, ...single) as Labels;
}

const mounts = (
  { volumeMounts = [] }: ContainerSpec,
  volumes: NonNullable<PodTemplate['spec']['volumes']>,
  owner: string,
): readonly string[] =>
  volumeMounts.flatMap(({ name, mountPath }) => {
    if (volumes.find((volume) => volume.name === name)?.emptyDir === undefined)
      throw new Error(`The volume ${name} is no emptyDir`);
    return ['--tmpfs', `${mountPath}:${owner}`];
  });
