import { secondMs, writableOrNull } from '../../domain/model/instant.ts';
import { type BlockedKeys, hintGroup, messageIdOf, type QueuedMessage } from '../ports/blocked-keys.ts';
import type { DeadLetter, DeadLetters, KeptDeadLetter } from '../ports/dead-letters.ts';
import { auditAct, type StaffAct, type StaffActServices } from './staff-act.ts';

export type BlockedKeyServices = StaffActServices & {
  readonly blockedKeys: Pick<BlockedKeys, 'queue' | 'claim' | 'finish' | 'retryNow'>;
  readonly deadLetters: Pick<DeadLetters, 'idOf' | 'keep' | 'find'>;
};

type Place = { readonly group: string; readonly key: string };

/** Longer than the writes of a discard take. After it the message can be tried or discarded again. */
const leaseMs = 30 * secondMs;
/** The error code of a dead letter that staff made of a queued message. */
const discarded = 'discarded';

const about = ({ group, key }: Place) => ({
  subject: { kind: 'blocked_key', id: key },
  userId: group === hintGroup ? null : key,
});

function stateOf(message: QueuedMessage) {
  const { group, parkedAt, attempts, error } = message;
  return { group, messageId: messageIdOf(message), parkedAt, attempts, error };
}

/** Has the oldest message of the key tried again within seconds. To do so again does no harm. */
export async function retryBlockedKey(
  services: BlockedKeyServices,
  place: Place,
  act: StaffAct,
): Promise<{ readonly kind: 'not_blocked' } | { readonly kind: 'retried'; readonly messageId: string }> {
  const { blockedKeys } = services;
  const [oldest] = await blockedKeys.queue(place.group, place.key, 1);
  if (oldest === undefined) return { kind: 'not_blocked' };
  const messageId = messageIdOf(oldest);
  const change = { before: stateOf(oldest), after: { group: place.group, messageId, due: true } };
  await auditAct(services, act, { action: 'blocked_key.retry', ...about(place), ...change });
  await blockedKeys.retryNow(place.group, place.key);
  return { kind: 'retried', messageId };
}

function deadLetterOf(message: QueuedMessage): DeadLetter {
  const { group, topic, partition, offset, key, timestamp, sealed, parkedAt, attempts, error } = message;
  const last = error === null ? '' : ` It failed last with ${error.name} at ${error.message || 'an unknown place'}.`;
  return {
    ...{ topic, partition, offset, key, timestamp: writableOrNull(timestamp), sealed },
    ...{ consumerGroup: group, replayOf: null },
    ...{ errorClass: 'bug', errorCode: discarded, reason: `Staff discarded it from the queue of its key.${last}` },
    ...{ firstFailedAt: parkedAt, attempts: Math.max(1, attempts) },
  };
}

/** What an earlier act made of the message: under the id of its place, or of its place and time. */
async function discardedBefore(
  { find }: Pick<DeadLetters, 'find'>,
  messageId: string,
  group: string,
): Promise<KeptDeadLetter | null> {
  const [, place = '', time = ''] = /^(.*):(-?\d+)$/.exec(messageId) ?? [];
  const timestamp = writableOrNull(Number(time));
  for (const id of [`${place}:${group}`, `${messageId}:${group}`]) {
    const kept = await find(id);
    if (kept?.errorCode === discarded && kept.timestamp === timestamp) return kept;
  }
  return null;
}

export type DiscardMessageAnswer =
  | { readonly kind: 'discarded'; readonly deadLetterId: string }
  | { readonly kind: 'not_queued' | 'not_oldest' | 'being_tried' };

/**
 * Takes the message out of the queue of its key, so that the next one is tried. It becomes a dead letter. Only the oldest
 * can be discarded, and staff name the one that they saw: by the time of the act, or at its repeat, another may be the
 * oldest. Dying between the two writes leaves the message queued and a dead letter of it; a repeat then finishes.
 */
export async function discardQueuedMessage(
  services: BlockedKeyServices,
  { messageId, ...place }: Place & { readonly messageId: string },
  act: StaffAct,
): Promise<DiscardMessageAnswer> {
  const { blockedKeys, deadLetters, clock } = services;
  const [oldest] = await blockedKeys.queue(place.group, place.key, 1);
  if (oldest === undefined || messageIdOf(oldest) !== messageId) {
    const kept = await discardedBefore(deadLetters, messageId, place.group);
    if (kept !== null) return { kind: 'discarded', deadLetterId: kept.id };
    return { kind: oldest === undefined ? 'not_queued' : 'not_oldest' };
  }
  const now = clock.now();
  const claimed = await blockedKeys.claim(place.group, place.key, { now, until: now + leaseMs, messageId });
  if (claimed === null) return { kind: 'being_tried' };
  const letter = deadLetterOf(oldest);
  const deadLetterId = await deadLetters.idOf(letter);
  const change = { before: stateOf(oldest), after: { group: place.group, deadLetter: deadLetterId } };
  await auditAct(services, act, { action: 'blocked_key.discard', ...about(place), ...change });
  await deadLetters.keep(letter);
  await blockedKeys.finish(oldest);
  return { kind: 'discarded', deadLetterId };
}
