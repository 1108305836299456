import { backUpMaps } from '../../fakes/back-up.ts';
import { placeOf } from '../../../src/application/ports/blocked-keys.ts';
import { minuteMs, secondMs } from '../../../src/domain/model/instant.ts';
import type { Subscriber } from '../../../src/domain/model/subscriber.ts';
import { topicNames } from '../../../src/messages/topics.ts';
import type { BlockedStore } from '../world/blocked-store.ts';
import type { LogRecord } from '../world/message-log.ts';
import type { World } from '../world/world.ts';

type Place = { readonly id: string; readonly offset: number; readonly recordedAt: number };

/** A process whose clock is further off than this would not send either. */
const acceptanceMaxMs = 10 * minuteMs;

/**
 * 22: the commands of a user are decided in the order in which the log has them, also those that waited for a blocked key.
 * 39: each was accepted when the log says, whatever the clock of the API says.
 */
export function createOrderCheck(world: World, { overflowed }: Pick<BlockedStore, 'overflowed'>) {
  /** By command: where the log has it first. */
  const places = new Map<string, Place>();
  /** By user: the place of the last command that was decided. */
  const decided = new Map<string, number>();
  return {
    /** What a restored database has forgotten is decided again, in the same order. */
    backUp: () => backUpMaps([decided]),
    noteRecord: ({ topic, partition, offset, value, recordedAt }: LogRecord): void => {
      const id = topic === topicNames.commands ? value?.['commandId'] : undefined;
      if (typeof id === 'string' && !places.has(id))
        places.set(id, { id: placeOf({ topic, partition, offset: String(offset) }), offset, recordedAt });
    },
    checkSave: (before: Subscriber | null, { userId, commands }: Subscriber): void => {
      const fresh = commands.findLast(({ id }) => before?.commands.every((known) => known.id !== id) ?? true);
      const place = places.get(fresh?.id ?? '');
      // What a full queue had no room for is carried out when staff replay it.
      if (fresh === undefined || place === undefined || overflowed.has(place.id)) return;
      const sinceMs = place.recordedAt - fresh.acceptedAt;
      if (sinceMs < -secondMs || sinceMs > acceptanceMaxMs)
        world.breach('39: the log bears out when a command was accepted', userId, { commandId: fresh.id, sinceMs });
      const last = decided.get(userId) ?? 0;
      if (place.offset < last)
        world.breach('22: commands are decided in their order', userId, { commandId: fresh.id, place, last });
      decided.set(userId, Math.max(place.offset, last));
    },
  };
}
