import type { StoreDocument } from '../../fakes/store-document.ts';
import type { LogRecord } from '../world/message-log.ts';
import type { World } from '../world/world.ts';
import type { Witness } from './witness.ts';

/** 14: first publications of a user's facts are in order in each topic; only a duplicate may come late. */
export function checkRecord(world: World, witness: Witness, { topic, key, headers }: LogRecord): void {
  const sequence = Number(headers['ce_sequence'] ?? NaN);
  if (Number.isNaN(sequence)) return;
  const published = witness.published.get(key) ?? new Set<number>();
  witness.published.set(key, published);
  const series = `${key} ${topic}`;
  if (!published.has(sequence) && sequence < (witness.lastPublished.get(series) ?? 0))
    world.breach('14: published in order', key, { topic, sequence });
  published.add(sequence);
  witness.lastPublished.set(series, Math.max(sequence, witness.lastPublished.get(series) ?? 0));
}

/** 14: an entry stays in the outbox until the log has its messages. */
export function checkPull(world: World, witness: Witness, before: StoreDocument, entryIds: readonly string[]): void {
  const { userId } = before.subscriber;
  const published = witness.published.get(userId);
  for (const entry of before.outbox.filter(({ id }) => entryIds.includes(id))) {
    const lost = entry.messages.find(({ headers }) => published?.has(Number(headers['ce_sequence'])) !== true);
    if (lost !== undefined) world.breach('14: nothing leaves the outbox unpublished', userId, lost.headers['ce_type']);
  }
}
