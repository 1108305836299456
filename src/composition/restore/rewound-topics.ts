import type { ReadTopic } from '../../adapters/kafka/admin/rewind-groups.ts';
import { consumerGroups } from '../../messages/consumer-groups.ts';

const { commands, hints, keeper, letters } = consumerGroups;

/**
 * What is read again after a restore. Commands and hints are decided again; the keeper finds documents behind their readers;
 * dead letters are kept again. Timers are announced anew from the documents.
 */
export const rewoundTopics: readonly ReadTopic[] = [commands, hints, keeper, letters];
