import { declaredConsumers } from '../project.ts';
import { containerOf, deploymentsOf, finds, ofKind, type Resource } from './resource.ts';
import type { Rule } from './rule.ts';

const dnsName = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const clusterWide = ['Namespace'];

const podLabels = (resources: readonly Resource[]) =>
  deploymentsOf(resources).map(({ spec }) => spec.template.metadata.labels);

/** Rules about what finds what. */
export const selectionRules: Readonly<Record<string, Rule>> = {
  'a name is a name of DNS': (resources) =>
    resources.map(({ metadata }) => metadata.name).filter((name) => !dnsName.test(name)),
  'a deployment finds its own pods, and no others': (resources) =>
    deploymentsOf(resources)
      .filter(({ spec }) => {
        const selector = spec.selector?.matchLabels;
        const found = podLabels(resources).filter((labels) => finds(selector, labels));
        return found.length !== 1 || !finds(selector, spec.template.metadata.labels);
      })
      .map(({ metadata }) => metadata.name),
  'a service finds pods that have its port': (resources) =>
    ofKind(resources, 'Service')
      .filter(({ spec: { selector, ports } }) => {
        const found = deploymentsOf(resources).filter((one) => finds(selector, one.spec.template.metadata.labels));
        const open: readonly unknown[] = found.flatMap(
          (one) => containerOf(one).ports?.flatMap(({ name, containerPort }) => [name, containerPort]) ?? [],
        );
        return found.length !== 1 || ports?.some(({ targetPort }) => !open.includes(targetPort)) !== false;
      })
      .map(({ metadata }) => metadata.name),
  'each deployment has one disruption budget, which lets a node be drained': (resources) => {
    const budgets = ofKind(resources, 'PodDisruptionBudget');
    const blocking = budgets.filter(
      ({ spec }) => !((spec.maxUnavailable ?? 0) >= 1) || spec.minAvailable !== undefined,
    );
    const budgeted = deploymentsOf(resources).filter((one) => one.metadata.name.startsWith('cinema-billing-'));
    const uncovered = budgeted.filter(
      ({ spec }) =>
        budgets.filter((budget) => finds(budget.spec.selector?.matchLabels, spec.template.metadata.labels)).length !==
        1,
    );
    return [...blocking, ...uncovered].map(({ metadata }) => metadata.name);
  },
  'each consumer has processes of its own': (resources) => {
    const run = deploymentsOf(resources).flatMap((one) => {
      const name = containerOf(one).env?.find((variable) => variable.name === 'CONSUMERS')?.value;
      return name === undefined ? [] : [{ name, deployment: one.metadata.name }];
    });
    const wrong = run.filter(({ name, deployment }) => deployment !== `cinema-billing-consumers-${name}`);
    const missing = declaredConsumers().filter((name) => run.filter((one) => one.name === name).length !== 1);
    return [...wrong.map(({ deployment }) => deployment), ...missing];
  },
  'all lies in one namespace, which enforces the restricted standard': (resources) => {
    const own = ofKind(resources, 'Namespace');
    if (own.length === 0) return [];
    const isEnforced = own[0]?.metadata.labels?.['pod-security.kubernetes.io/enforce'] === 'restricted';
    const outside = resources.filter(
      ({ kind, metadata }) => !clusterWide.includes(kind) && metadata.namespace !== own[0]?.metadata.name,
    );
    return [
      ...(isEnforced ? [] : ['the namespace']),
      ...outside.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
    ];
  },
  'metrics are read from every pod': (resources) =>
    ofKind(resources, 'PodMonitor').flatMap(({ metadata, spec }) => {
      const wanted = spec.podMetricsEndpoints?.map(({ port }) => port) ?? [];
      // The sandbox has none.
      const ours = deploymentsOf(resources).filter((one) => containerOf(one).args.at(-1) !== 'sandbox/main.ts');
      const deaf = ours.filter((one) => {
        const open = containerOf(one).ports?.map(({ name }) => name) ?? [];
        const isFound = finds(spec.selector?.matchLabels, one.spec.template.metadata.labels);
        return !isFound || !wanted.every((port) => open.includes(port));
      });
      return deaf.length === 0 ? [] : [metadata.name, ...deaf.map((one) => one.metadata.name)];
    }),
};
