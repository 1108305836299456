import { handleCommands } from '../../../../consumers/handle-commands.ts';
import { handleHints } from '../../../../consumers/handle-hints.ts';
import { handleTimers } from '../../../../consumers/handle-timers.ts';
import { keepDeadLetters } from '../../../../consumers/keep-dead-letters.ts';
import { reconcileEntitlements } from '../../../../consumers/reconcile-entitlements.ts';
import { topics } from '../../../../src/messages/topics.ts';
import { containerOf, deploymentsOf, ofKind, type Resource } from './resource.ts';
import type { Rule } from './rule.ts';

const scalersOf = (resources: readonly Resource[]) => [
  ...ofKind(resources, 'ScaledObject'),
  ...ofKind(resources, 'HorizontalPodAutoscaler'),
];

const declarations = [handleCommands, handleHints, handleTimers, keepDeadLetters, reconcileEntitlements];

/** Rules about autoscalers. */
export const scalingRules: Readonly<Record<string, Rule>> = {
  'an autoscaler scales a deployment that there is, and one alone': (resources) => {
    const targets = scalersOf(resources).map(({ spec }) => spec.scaleTargetRef?.name ?? '');
    const names = deploymentsOf(resources).map(({ metadata }) => metadata.name);
    return targets.filter((name, index) => !names.includes(name) || targets.indexOf(name) !== index);
  },
  'no number of replicas stands beside an autoscaler': (resources) => {
    const targets = scalersOf(resources).map(({ spec }) => spec.scaleTargetRef?.name);
    return deploymentsOf(resources)
      .filter(({ metadata, spec }) => targets.includes(metadata.name) === (spec.replicas !== undefined))
      .map(({ metadata }) => metadata.name);
  },
  'a consumer has no more pods than its topic partitions': (resources) =>
    ofKind(resources, 'ScaledObject')
      .filter(({ spec }) => !((spec.maxReplicaCount ?? Infinity) <= (topics[0]?.partitions ?? 0)))
      .map(({ metadata }) => metadata.name),
  'a consumer scales on the lag of its own group and topic': (resources) =>
    ofKind(resources, 'ScaledObject')
      .filter(({ spec }) => {
        const target = deploymentsOf(resources).find(({ metadata }) => metadata.name === spec.scaleTargetRef?.name);
        const consumer = target && containerOf(target).env?.find(({ name }) => name === 'CONSUMERS')?.value;
        const declared = declarations.find(({ name }) => name === consumer);
        const { consumerGroup, topic } = spec.triggers?.[0]?.metadata ?? {};
        return declared === undefined || consumerGroup !== declared.group || topic !== declared.topic;
      })
      .map(({ metadata }) => metadata.name),
};
