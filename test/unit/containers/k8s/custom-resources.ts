import { ExternalSecret } from '@kubernetes-models/external-secrets/external-secrets.io/v1/ExternalSecret';
import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import { TriggerAuthentication } from '@kubernetes-models/keda/keda.sh/v1alpha1/TriggerAuthentication';
import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { Ajv } from 'ajv';
import { mongodbSchemas } from './mongodb-schemas.ts';
import type { Resource } from './resource.ts';
import { strimziSchemas } from './strimzi-schemas.ts';

type Complaints = readonly string[];
type Check = (resource: Resource) => Complaints;
type Model = { readonly validate: () => void };

/** Made from the Go types of the operators. */
const models = { ExternalSecret, PodMonitor, PrometheusRule, ScaledObject, TriggerAuthentication };

const checks: Readonly<Record<string, Check>> = {
  ...Object.fromEntries(
    Object.values(models).map((model) => {
      const make = model as unknown as new (resource: Resource) => Model;
      return [`${model.apiVersion} ${model.kind}`, (resource: Resource) => complaintsOf(new make(resource))] as const;
    }),
  ),
  ...Object.fromEntries(
    Object.entries({ ...strimziSchemas, ...mongodbSchemas }).map(([what, schema]) => {
      const ajv = new Ajv({ strict: true, allErrors: true });
      const validate = ajv.compile(schema);
      const check: Check = (one) => (validate(one) ? [] : [ajv.errorsText(validate.errors)]);
      return [what, check] as const;
    }),
  ),
};

const checkOf = ({ apiVersion, kind }: Resource): Check | undefined => checks[`${apiVersion} ${kind}`];

export const isCustom = (resource: Resource): boolean => checkOf(resource) !== undefined;

/** What an operator's schema says against the resource. */
export const complaintsAbout: Check = (resource) =>
  checkOf(resource)?.(resource) ?? [`no schema for ${resource.apiVersion} ${resource.kind}`];

/** The validators let unknown fields pass. But they read every field that they know, so one that is never read is unknown. */
function complaintsOf(model: Model): Complaints {
  const read = new Set<string>();
  try {
    watched(model, '', read).validate();
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
  return pathsIn(model, '')
    .filter((path) => !read.has(path))
    .map((path) => `unknown field ${path}`);
}

function watched<T>(value: T, path: string, read: Set<string>): T {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get: (target, name) => {
      const inner = `${path}/${String(name)}`;
      read.add(inner);
      return watched(Reflect.get(target, name) as unknown, inner, read);
    },
  });
}

const pathsIn = (value: unknown, path: string): readonly string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([name, inner]) => [`${path}/${name}`, ...pathsIn(inner, `${path}/${name}`)]);
