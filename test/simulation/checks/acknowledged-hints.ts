import { topicNames } from '../../../src/messages/topics.ts';
import type { SimulatedLog } from '../world/message-log.ts';
import type { World } from '../world/world.ts';

/** 39: a notification is acknowledged once the log has it, because the provider does not repeat it then. Returns the check of one. */
export function createHintCheck(world: World, log: Pick<SimulatedLog, 'onAppend'>): (correlationId: string) => void {
  const written = new Set<string>();
  log.onAppend(({ topic, headers }) => {
    if (topic === topicNames.hints) written.add(String(headers['ce_correlationid']));
  });
  return (correlationId) => {
    if (!written.has(correlationId))
      world.breach('39: a notification is acknowledged once the log has it', null, { correlationId });
  };
}
