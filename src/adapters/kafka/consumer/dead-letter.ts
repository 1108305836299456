import { type Cipher, recordAt } from '../../../application/ports/cipher.ts';
import type { Clock } from '../../../application/ports/clock.ts';
import { replayHeader } from '../../../application/ports/dead-letters.ts';
import type { Poison } from '../../../application/ports/faults.ts';
import type { OutMessage } from '../../../application/ports/outbox.ts';
import { writableOrNull } from '../../../domain/model/instant.ts';
import { deadLetterMessage, packRecord, sealedMaxBytes } from '../../../messages/dead-letter.ts';
import { idIn, type LogRecord, originOf, readHeaders } from './decode-delivery.ts';

export type DeadLetterOrigin = {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly message: LogRecord;
};

/** Under the key of the ring, for the place of the record. */
type Seal = (clear: Uint8Array) => string;
type Pieces = Parameters<typeof packRecord>[0];

/** As much of the record as a dead letter has room for: topics may allow larger ones, and sealing makes them longer. */
function sealWithin(record: Pieces, seal: Seal): { readonly sealed: string; readonly isWhole: boolean } {
  const smaller: readonly Pieces[] = [record, { ...record, headers: {} }, { ...record, headers: {}, value: null }];
  for (const pieces of smaller) {
    const sealed = seal(packRecord(pieces));
    if (sealed.length <= sealedMaxBytes) return { sealed, isWhole: pieces === record };
  }
  return { sealed: seal(packRecord({ key: null, value: null, headers: {} })), isWhole: false };
}

const notWhole = ' The record is too large to be kept whole; its topic has it.';

/** The dead letter of a message that can never be handled: the record sealed, its origin and the reason in clear. */
export function buildDeadLetter(
  { group, topic, partition, message }: DeadLetterOrigin,
  poison: Poison,
  tools: { readonly cipher: Cipher; readonly clock: Clock },
): OutMessage {
  const { key, value, offset, timestamp } = message;
  const headers = readHeaders(message.headers);
  const { id, correlationId } = originOf(headers);
  const at = tools.clock.now();
  const { sealed, isWhole } = sealWithin({ key, value, headers }, (clear) =>
    tools.cipher.seal(clear, recordAt({ topic, partition, offset })),
  );
  return deadLetterMessage(
    {
      topic,
      partition,
      offset,
      key: key?.toString('utf8') ?? null,
      timestamp: writableOrNull(Number(timestamp)),
      consumerGroup: group,
      errorClass: 'poison',
      errorCode: poison.code,
      reason: isWhole ? poison.message : poison.message + notWhole,
      firstFailedAt: at,
      attempts: 1,
      sealed,
      replayOf: idIn(headers, replayHeader),
    },
    { at, trace: { correlationId: correlationId ?? `${topic}:${partition}:${offset}`, causationId: id } },
  );
}
