import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { containerArguments } from '../../rollout/kubelet/container-arguments.ts';
import type { Container, Pod } from '../containers/k8s/resource.ts';

const sources = new Map([
  ['ConfigMap/settings', { LOG_LEVEL: 'info', CONSUMERS: '' }],
  ['Secret/secrets', { KAFKA_PASSWORD: 'of kafka' }],
]);

const container: Container = {
  image: 'billing:1',
  args: ['consumers/main.ts'],
  envFrom: [{ configMapRef: { name: 'settings' } }, { secretRef: { name: 'secrets' } }],
  env: [{ name: 'CONSUMERS', value: 'commands' }],
  resources: { requests: { cpu: '100m' }, limits: { memory: '256Mi' } },
  securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
  volumeMounts: [{ name: 'data', mountPath: '/data' }],
};

const templateOf = (own: Partial<Container>, pod: Partial<Pod['spec']> = {}): Pod => ({
  metadata: { labels: {} },
  spec: {
    securityContext: { runAsNonRoot: true, runAsUser: 10001, runAsGroup: 10001 },
    volumes: [{ name: 'data', emptyDir: {} }],
    containers: [{ ...container, ...own }],
    ...pod,
  },
});

test('user, rights, limits, environment and mounts of the pod are asked of the engine', () => {
  expect(containerArguments(templateOf({}), sources)).toEqual([
    ...['--user', '10001:10001', '--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
    ...['--memory', '256m', '--memory-swap', '256m', '--cpu-shares', '102'],
    ...['--env', 'LOG_LEVEL=info', '--env', 'CONSUMERS=commands', '--env', 'KAFKA_PASSWORD=of kafka'],
    ...['--tmpfs', '/data:uid=10001,gid=10001', 'billing:1', 'consumers/main.ts'],
  ]);
});

test('a field that the kubelet does not know is refused, as it would be tried without it', () => {
  expect(() => containerArguments(templateOf({ command: ['sh'] } as object), sources)).toThrow('command');
  const env = [{ name: 'KAFKA_PASSWORD', valueFrom: { secretKeyRef: { name: 'billing-api', key: 'password' } } }];
  expect(() => containerArguments(templateOf({ env }), sources)).toThrow('valueFrom');
  expect(() => containerArguments(templateOf({}, { hostNetwork: true } as object), sources)).toThrow('hostNetwork');
});

test('the kubelet stays small: what it does not do, it refuses', () => {
  const folder = 'test/rollout/kubelet';
  const lines = readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`, 'utf8').split('\n').length - 1);
  expect(lines.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(300);
});

test('a pod is refused that would be root, or needs what is not there', () => {
  expect(() => containerArguments(templateOf({}, { securityContext: { runAsNonRoot: true } }), sources)).toThrow(
    'root',
  );
  const envFrom = [{ secretRef: { name: 'nowhere' } }];
  expect(() => containerArguments(templateOf({ envFrom }), sources)).toThrow('Secret/nowhere');
  expect(() => containerArguments(templateOf({}, { volumes: [] }), sources)).toThrow('no emptyDir');
});
