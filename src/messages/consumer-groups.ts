import { commandGroup, hintGroup } from '../application/ports/blocked-keys.ts';
import { topicNames } from './topics.ts';

/** The consumer groups of the service by the name of their consumer, each with the topic that it reads. */
export const consumerGroups = {
  commands: { group: commandGroup, topic: topicNames.commands },
  hints: { group: hintGroup, topic: topicNames.hints },
  timers: { group: 'billing-timers', topic: topicNames.timers },
  keeper: { group: 'billing-keeper', topic: topicNames.entitlements },
  letters: { group: 'billing-dead-letters', topic: topicNames.deadLetters },
} as const;
