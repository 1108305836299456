import { finds, ofKind, type Resource, workloadsOf } from './resource.ts';
import type { Rule } from './rule.ts';

const policies = (resources: readonly Resource[]) => ofKind(resources, 'NetworkPolicy');

/** The policies that concern pods with these labels. */
const policiesOf = (resources: readonly Resource[], labels: Readonly<Record<string, string>>) =>
  policies(resources).filter(({ spec }) => finds(spec.podSelector?.matchLabels, labels));

/** The ports to which pods with these labels may send. */
const egressPorts = (resources: readonly Resource[], labels: Readonly<Record<string, string>>) =>
  policiesOf(resources, labels).flatMap(({ spec }) => spec.egress?.flatMap(({ ports }) => ports ?? []) ?? []);

/** Where a process must come to: names, the stores and the collector of its settings, and the world over https. */
function neededPorts(resources: readonly Resource[]): readonly number[] {
  const config = ofKind(resources, 'ConfigMap')[0]?.data ?? {};
  const brokers = (config['KAFKA_BROKERS'] ?? '').split(',').map((broker) => Number(broker.split(':')[1]));
  const { port } = new URL(config['SCHEMA_REGISTRY_URL'] ?? 'https://registry.example');
  const collector = config['OTEL_EXPORTER_OTLP_ENDPOINT'];
  const traces = collector === undefined ? [] : [Number(new URL(collector).port || 443)];
  return [53, 443, 27_017, ...brokers, ...traces, Number(port || 443)];
}

/** Rules about the network, where it is closed at all. */
export const networkRules: Readonly<Record<string, Rule>> = {
  'nothing goes in or out that no policy allows': (resources) => {
    if (policies(resources).length === 0) return [];
    return workloadsOf(resources)
      .filter(({ spec }) => {
        const types = policiesOf(resources, spec.template.metadata.labels).flatMap((one) => one.spec.policyTypes ?? []);
        return !types.includes('Ingress') || !types.includes('Egress');
      })
      .map(({ metadata }) => metadata.name);
  },
  'every pod reaches the names, the stores and the provider': (resources) => {
    if (policies(resources).length === 0) return [];
    return workloadsOf(resources)
      .filter(({ spec }) => {
        const open = egressPorts(resources, spec.template.metadata.labels).map(({ port }) => port);
        return neededPorts(resources).some((port) => !open.includes(port));
      })
      .map(({ metadata }) => metadata.name);
  },
  'a service and the metrics are reached through the network': (resources) => {
    if (policies(resources).length === 0) return [];
    const inward = (labels: Readonly<Record<string, string>>) =>
      policiesOf(resources, labels).flatMap(({ spec }) => spec.ingress?.flatMap(({ ports }) => ports ?? []) ?? []);
    return workloadsOf(resources)
      .filter(({ kind }) => kind === 'Deployment')
      .filter(({ spec }) => {
        const { labels } = spec.template.metadata;
        const served = ofKind(resources, 'Service').filter((service) => finds(service.spec.selector, labels));
        const wanted = [
          'metrics',
          ...served.flatMap((service) => service.spec.ports?.map(({ targetPort }) => targetPort) ?? []),
        ];
        return wanted.some((port) => !inward(labels).some((open) => open.port === port));
      })
      .map(({ metadata }) => metadata.name);
  },
  'no policy opens a pod to everyone': (resources) =>
    policies(resources)
      .filter(({ spec }) => spec.ingress?.some(({ from }) => from === undefined) === true)
      .map(({ metadata }) => metadata.name),
};
