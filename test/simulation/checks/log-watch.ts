import type { StoreDocument } from '../../fakes/store-document.ts';
import type { LogRecord } from '../world/message-log.ts';
import type { World } from '../world/world.ts';
import type { Witness } from './witness.ts';

/** 14: facts of one user appear in order in each topic; a repeat may come late, a first word may not. */
export function checkRecord(world: World, witness: Witness, { topic, key, headers }: LogRecord): void {
  const sequence = Number(headers['ce_sequence'] ?? NaN);
  if (Number.isNaN(sequence)) return;
  const told = witness.told.get(key) ?? new Set<number>();
  witness.told.set(key, told);
  const place = `${key} ${topic}`;
  if (!told.has(sequence) && sequence < (witness.lastTold.get(place) ?? 0))
    world.breach('14: published in order', key, { topic, sequence });
  told.add(sequence);
  witness.lastTold.set(place, Math.max(sequence, witness.lastTold.get(place) ?? 0));
}

/** 14: nothing leaves an outbox before it is in the log. */
export function checkPull(world: World, witness: Witness, before: StoreDocument, entryIds: readonly string[]): void {
  const { userId } = before.subscriber;
  const told = witness.told.get(userId);
  for (const entry of before.outbox.filter(({ id }) => entryIds.includes(id))) {
    const lost = entry.messages.find(({ headers }) => told?.has(Number(headers['ce_sequence'])) !== true);
    if (lost !== undefined) world.breach('14: nothing leaves the outbox unpublished', userId, lost.headers['ce_type']);
  }
}
