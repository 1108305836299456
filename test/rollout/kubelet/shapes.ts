import type { Container, Labels, Pod, Resource } from '../../unit/containers/k8s/resource.ts';

/** What the rules of the manifests do not ask for, and a kubelet does. */
export type Probe = {
  readonly httpGet: { readonly path: string; readonly port: number | string };
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly failureThreshold?: number;
};

type SecretKey = { readonly secretKeyRef: { readonly name: string; readonly key: string } };
export type ContainerSpec = Omit<Container, 'env' | 'startupProbe' | 'readinessProbe' | 'livenessProbe'> & {
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: SecretKey }[];
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
};

export type PodTemplate = {
  readonly metadata: { readonly labels: Labels };
  readonly spec: Omit<Pod['spec'], 'containers' | 'securityContext'> & {
    readonly containers: readonly [ContainerSpec];
    readonly securityContext?: Pod['spec']['securityContext'] & {
      readonly runAsUser?: number;
      readonly runAsGroup?: number;
    };
    readonly restartPolicy?: 'Never';
    readonly volumes?: readonly { readonly name: string; readonly emptyDir?: object }[];
  };
};

export type Manifest = Omit<Resource, 'spec'> & {
  readonly spec: Omit<Resource['spec'], 'template'> & {
    readonly template: PodTemplate;
    readonly backoffLimit?: number;
    readonly activeDeadlineSeconds?: number;
    readonly minReplicas?: number;
    readonly minReplicaCount?: number;
  };
};
