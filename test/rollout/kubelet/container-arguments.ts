import type { Container, Labels, Pod } from '../../unit/containers/k8s/resource.ts';

/** The data of ConfigMaps and Secrets, by kind and name. */
export type Sources = ReadonlyMap<string, Labels>;

/** A field of a pod, its container or a variable that is not known is refused: it would be tried without it, and seem to hold. */
const known = new Set([
  ...['containers', 'restartPolicy', 'securityContext', 'terminationGracePeriodSeconds', 'volumes'],
  ...['name', 'value', 'image', 'args', 'env', 'envFrom', 'ports', 'resources', 'volumeMounts'],
  ...['startupProbe', 'readinessProbe', 'livenessProbe', 'lifecycle'],
  // The account has no rights and no token is given, so there is nothing to do; pods are spread over the nodes anyway.
  ...['serviceAccountName', 'automountServiceAccountToken', 'enableServiceLinks', 'topologySpreadConstraints'],
]);

/** How the engine is asked for the container of a pod: user, rights, limits, environment, mounts, image and arguments. */
export function containerArguments({ spec }: Pod, sources: Sources): readonly string[] {
  const [container] = spec.containers;
  const unknown = [spec, container, ...(container.env ?? [])].flatMap(Object.keys).filter((one) => !known.has(one));
  if (unknown.length > 0) throw new Error(`Not known to this kubelet: ${unknown.join()}`);
  const { runAsNonRoot, runAsUser = 0, runAsGroup = 0 } = spec.securityContext ?? {};
  if (runAsNonRoot === true && runAsUser === 0) throw new Error('The pod must not run as root, and names no user');
  const mounts = container.volumeMounts ?? [];
  const emptyDirs = (spec.volumes ?? []).flatMap(({ name, emptyDir }) => (emptyDir === undefined ? [] : [name]));
  if (!mounts.every(({ name }) => emptyDirs.includes(name))) throw new Error('A volume is mounted that is no emptyDir');
  const { readOnlyRootFilesystem, capabilities, allowPrivilegeEscalation } = container.securityContext ?? {};
  const memory = container.resources?.limits?.memory?.replace(/i$/, '').toLowerCase();
  // A request of CPU is what the container weighs among others.
  const milli = Number.parseInt(container.resources?.requests?.cpu ?? '100m', 10);
  return [
    ...['--user', `${runAsUser}:${runAsGroup}`],
    ...(readOnlyRootFilesystem === true ? ['--read-only'] : []),
    ...(capabilities?.drop ?? []).flatMap((name) => ['--cap-drop', name]),
    ...(allowPrivilegeEscalation === false ? ['--security-opt', 'no-new-privileges'] : []),
    ...(memory === undefined ? [] : ['--memory', memory, '--memory-swap', memory]),
    ...['--cpu-shares', String(Math.round((milli * 1024) / 1000))],
    ...environmentOf(container, sources).flatMap((one) => ['--env', one]),
    ...mounts.flatMap(({ mountPath }) => ['--tmpfs', `${mountPath}:uid=${runAsUser},gid=${runAsGroup}`]),
    ...[container.image, ...container.args],
  ];
}

function environmentOf({ env = [], envFrom = [] }: Container, sources: Sources): readonly string[] {
  const sets = envFrom.map(({ configMapRef: map, secretRef: secret }) => {
    const name = map === undefined ? `Secret/${secret?.name ?? ''}` : `ConfigMap/${map.name}`;
    const found = sources.get(name);
    if (found === undefined) throw new Error(`The pod needs ${name}, and there is none`);
    return found;
  });
  const whole = Object.assign({}, ...sets, ...env.map(({ name, value = '' }) => ({ [name]: value }))) as Labels;
  return Object.entries(whole).map(([name, value]) => `${name}=${value}`);
}
