import { placeOf } from '../../../src/application/ports/blocked-keys.ts';
import { topicNames } from '../../../src/messages/topics.ts';
import type { Outside } from './outside.ts';

/** Commands for which the queue of their key had no room: they wait until staff replay them, and may come again after weeks. */
export function leftToStaff({ log, overflowed }: Pick<Outside, 'log' | 'overflowed'>): ReadonlySet<unknown> {
  const waiting = log
    .partitionsOf(topicNames.commands)
    .flat()
    .filter(({ topic, partition, offset }) => overflowed.has(placeOf({ topic, partition, offset: `${offset}` })));
  return new Set(waiting.map(({ value }) => value?.['commandId']));
}
