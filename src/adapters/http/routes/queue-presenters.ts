import { toIso, toIsoOrNull, writableOrNull } from '../../../domain/model/instant.ts';
import type { BlockedKey } from '../../../application/ports/blocked-keys.ts';
import type { ShownContent, ShownRecord } from '../../../application/ports/sealed-records.ts';
import type { ShownMessage } from '../../../application/requests/read-blocked-key.ts';
import type { ListedDeadLetter } from '../../../application/requests/read-dead-letters.ts';

/** Queues and dead letters → the JSON of openapi.yaml. No answer has a field that is not listed here. */
type Json = Readonly<Record<string, unknown>>;

export const presentBlockedKey = (blocked: BlockedKey): Json => ({
  group: blocked.group,
  key: blocked.key,
  waiting: blocked.waiting,
  since: toIso(blocked.since),
  partition: blocked.partition,
  offset: blocked.offset,
  attempts: blocked.attempts,
  retry_at: toIso(blocked.retryAt),
  error: blocked.error,
});

const contentJson = (shown: ShownContent | null): Json | null =>
  shown === null ? null : { format: shown.format, content: shown.content, bytes: shown.bytes, is_cut: shown.isCut };

export const presentRecord = (record: ShownRecord | null): Json | null =>
  record === null
    ? null
    : {
        key: contentJson(record.key),
        headers: record.headers,
        value: contentJson(record.value),
        undecodable: record.undecodable,
      };

export const presentQueuedMessage = (message: ShownMessage): Json => ({
  id: message.id,
  topic: message.topic,
  partition: message.partition,
  offset: message.offset,
  timestamp: toIsoOrNull(writableOrNull(message.timestamp)),
  parked_at: toIso(message.parkedAt),
  attempts: message.attempts,
  retry_at: toIso(message.retryAt),
  error: message.error,
  record: presentRecord(message.record),
});

export const presentDeadLetter = (letter: ListedDeadLetter): Json => ({
  id: letter.id,
  state: letter.state,
  topic: letter.topic,
  partition: letter.partition,
  offset: letter.offset,
  key: letter.key,
  timestamp: toIsoOrNull(letter.timestamp),
  consumer_group: letter.consumerGroup,
  error_class: letter.errorClass,
  error_code: letter.errorCode,
  reason: letter.reason,
  first_failed_at: toIso(letter.firstFailedAt),
  attempts: letter.attempts,
  replay_of: letter.replayOf,
  closed_at: toIsoOrNull(letter.closedAt),
});
