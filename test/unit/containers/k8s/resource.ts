/** As much of a rendered resource as the rules ask for and the rollout runs. Every part may be missing: faults are planted in them. */
export type Labels = Readonly<Record<string, string>>;
type Port = { readonly name?: string; readonly containerPort: number };
export type Probe = {
  readonly httpGet: { readonly path: string; readonly port: number | string };
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly failureThreshold?: number;
};
type Amounts = { readonly cpu?: string; readonly memory?: string };

export type SecretKey = { readonly name: string; readonly key: string };

export type Container = {
  readonly image: string;
  readonly args: readonly string[];
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly secretKeyRef?: SecretKey };
  }[];
  readonly envFrom?: readonly {
    readonly configMapRef?: { readonly name: string };
    readonly secretRef?: { readonly name: string };
  }[];
  readonly ports?: readonly Port[];
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds: number } } };
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
  readonly resources?: { readonly requests?: Amounts; readonly limits?: Amounts };
  readonly securityContext?: {
    readonly allowPrivilegeEscalation?: boolean;
    readonly readOnlyRootFilesystem?: boolean;
    readonly capabilities?: { readonly drop?: readonly string[] };
  };
};

type Spread = { readonly topologyKey: string; readonly labelSelector: Selector };
type Selector = { readonly matchLabels: Labels };
type Policy = {
  readonly to?: readonly object[];
  readonly from?: readonly object[];
  readonly ports?: readonly { readonly port: number | string; readonly protocol?: string }[];
};

export type Resource = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Labels };
  readonly data?: Labels;
  readonly automountServiceAccountToken?: boolean;
  readonly spec: {
    readonly replicas?: number;
    readonly selector?: Selector & Labels;
    readonly strategy?: { readonly rollingUpdate?: { readonly maxUnavailable: number; readonly maxSurge: number } };
    readonly ports?: readonly { readonly targetPort: number | string; readonly port: number }[];
    readonly maxUnavailable?: number;
    readonly minAvailable?: number;
    readonly scaleTargetRef?: { readonly name: string };
    readonly minReplicas?: number;
    readonly minReplicaCount?: number;
    readonly maxReplicaCount?: number;
    readonly backoffLimit?: number;
    readonly activeDeadlineSeconds?: number;
    readonly triggers?: readonly { readonly metadata: Labels }[];
    readonly target?: { readonly name?: string };
    readonly secretTargetRef?: readonly SecretKey[];
    readonly podSelector?: { readonly matchLabels?: Labels };
    readonly policyTypes?: readonly string[];
    readonly ingress?: readonly Policy[];
    readonly egress?: readonly Policy[];
    readonly podMetricsEndpoints?: readonly { readonly port: string }[];
    readonly jobTemplate?: { readonly spec: { readonly template: Pod } };
    readonly template?: {
      readonly metadata: { readonly labels: Labels };
      readonly spec: {
        readonly containers: readonly [Container];
        readonly serviceAccountName?: string;
        readonly automountServiceAccountToken?: boolean;
        readonly terminationGracePeriodSeconds?: number;
        readonly restartPolicy?: 'Never';
        readonly volumes?: readonly { readonly name: string; readonly emptyDir?: object }[];
        readonly securityContext?: {
          readonly runAsNonRoot?: boolean;
          readonly runAsUser?: number;
          readonly runAsGroup?: number;
          readonly seccompProfile?: { readonly type: string };
        };
        readonly topologySpreadConstraints?: readonly Spread[];
      };
    };
  };
};

export type Pod = NonNullable<Resource['spec']['template']>;
export type Workload = Resource & { readonly spec: { readonly template: Pod } };

export const ofKind = (resources: readonly Resource[], kind: string): readonly Resource[] =>
  resources.filter((resource) => resource.kind === kind);

export const isWorkload = (resource: Resource): resource is Workload =>
  'template' in ((resource.spec as object | undefined) ?? {});

/** What pods are made from; a job that is made later as if it were there. */
export const workloadsOf = (resources: readonly Resource[]): readonly Workload[] =>
  resources
    .map((one) => ({ ...one, spec: { ...one.spec, ...(one.spec as Resource['spec'] | undefined)?.jobTemplate?.spec } }))
    .filter(isWorkload);

export const deploymentsOf = (resources: readonly Resource[]): readonly Workload[] =>
  workloadsOf(resources).filter(({ kind }) => kind === 'Deployment');

export const containerOf = ({ spec }: Workload): Container => spec.template.spec.containers[0];

/** Whether a selector finds pods with these labels; an empty one finds all. */
export const finds = (selector: Labels | undefined, labels: Labels): boolean =>
  Object.entries(selector ?? {}).every(([name, value]) => labels[name] === value);
