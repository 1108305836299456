import { toIso } from '../../../src/domain/model/instant.ts';
import { topicNames } from '../../../src/messages/topics.ts';
import type { Outside } from './outside.ts';

/** 22: a command that was not accepted is not in the log. A repeat of the same key is another record, accepted at another time. */
export function checkRefused({ world, log, refused }: Outside): void {
  if (refused.length === 0) return;
  const records = log.partitionsOf(topicNames.commands).flat();
  const recorded = new Set(
    records.map(({ value }) => `${String(value?.['commandId'])} ${String(value?.['acceptedAt'])}`),
  );
  for (const { userId, commandId, acceptedAt } of refused) {
    if (recorded.has(`${commandId} ${toIso(acceptedAt)}`))
      world.breach('22: what was not accepted is not carried out', userId, { commandId, acceptedAt });
  }
}
