import { hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import type { StoreDocument } from '../../fakes/store-document.ts';
import type { Database } from '../world/database.ts';
import type { Fleet } from '../world/fleet.ts';
import type { ProviderServer } from '../provider/provider-server.ts';
import { partitionCount } from '../world/message-log.ts';
import type { World } from '../world/world.ts';

/** Long enough to handle every message of the log again. */
const replayMs = 30 * minuteMs;

const dueAt = ({ announce: { business, real } }: StoreDocument): number =>
  Math.min(business?.at ?? Infinity, real?.at ?? Infinity);

/** What a replay must not change. The time of the next status check may change, and with it the order of what is watched. */
function essence({ subscriber }: StoreDocument): string {
  const { eventSeq, subscription, payment, captures, refunds, commands, entitlement } = subscriber;
  const { methods, watched, binding, receiptContact } = subscriber;
  return JSON.stringify([
    eventSeq,
    subscription,
    payment?.id,
    payment?.state,
    captures,
    refunds.map(({ id, state, attemptNo }) => [id, state, attemptNo]),
    watched.map(({ id, state }) => `${id} ${state}`).toSorted(),
    [binding?.id, binding?.state],
    methods,
    receiptContact,
    commands,
    entitlement,
  ]);
}

/** 15: a replay of all topics from their first message changes nothing. */
export async function checkReplay(
  world: World,
  database: Database,
  fleet: Fleet,
  { onEnd }: Pick<ProviderServer, 'onEnd'>,
): Promise<void> {
  const until = world.scheduler.now() + replayMs;
  const quiet = [...database.documents.values()].filter((document) => dueAt(document) > until + hourMs);
  const before = new Map(quiet.map((document) => [document.subscriber.userId, essence(document)]));
  // What the provider ends meanwhile is news, unless the replay has made it: an authorization is released, a page expires.
  const begunAt = world.scheduler.now();
  onEnd(({ createdAt, metadata }) => {
    if (createdAt < begunAt) before.delete(metadata['user_id'] ?? '');
  });
  world.story.add(null, 'every topic begins again at its first message');
  // The keeper is left out: it answers each old record with a new one, which changes no document.
  for (const group of fleet.groups.filter(({ name }) => name !== 'keeper')) {
    for (let partition = 0; partition < partitionCount; partition += 1) group.rewind(partition, 0);
  }
  await world.scheduler.runUntil(until);
  for (const [userId, known] of before) {
    const document = database.documents.get(userId);
    const now = document === undefined ? 'gone' : essence(document);
    if (now !== known) world.breach('15: the whole topic replayed changes nothing', userId, { known, now });
  }
  const lagging = () => fleet.groups.filter((group) => group.lag() > 0);
  // Life goes on: a renewal may have been charged in the last second.
  if (lagging().length > 0) await world.scheduler.runUntil(until + minuteMs);
  const late = lagging().map((group) => ({ [group.name]: group.lag() }));
  if (late.length > 0) world.breach('15: a replay comes to its end', null, late);
}
