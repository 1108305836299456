import type { ReadTopic } from '../../adapters/kafka/admin/rewind-groups.ts';
import { commandGroup, hintGroup } from '../../application/ports/blocked-keys.ts';
import { topicNames } from '../../messages/topics.ts';

/**
 * What is read again after a restore. Commands and hints are decided again; the keeper finds documents behind their readers;
 * dead letters are kept again. Timers are announced anew from the documents.
 */
export const rewoundTopics: readonly ReadTopic[] = [
  { group: commandGroup, topic: topicNames.commands },
  { group: hintGroup, topic: topicNames.hints },
  { group: 'billing-keeper', topic: topicNames.entitlements },
  { group: 'billing-dead-letters', topic: topicNames.deadLetters },
];
