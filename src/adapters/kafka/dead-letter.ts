import type { Cipher } from '../../application/ports/cipher.ts';
import type { Clock } from '../../application/ports/clock.ts';
import type { Poison } from '../../application/ports/doors.ts';
import type { OutMessage } from '../../application/ports/outbox.ts';
import { deadLetterMessage, packRecord } from '../../messages/dead-letter.ts';
import { readHeaders } from './decode-delivery.ts';
import type { LogRecord } from './decode-delivery.ts';

export type BuriedFrom = {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly message: LogRecord;
};

/** A message that can never be handled, ready to be set aside: sealed as it was, with where from and why in clear. */
export const buildDeadLetter = (
  { group, topic, partition, message }: BuriedFrom,
  poison: Poison,
  tools: { readonly cipher: Cipher; readonly clock: Clock },
): OutMessage => {
  const { key, value, offset, timestamp } = message;
  const headers = readHeaders(message.headers);
  const at = tools.clock.now();
  return deadLetterMessage(
    {
      topic,
      partition,
      offset,
      key: key?.toString('utf8') ?? null,
      timestamp: Number(timestamp),
      consumerGroup: group,
      errorClass: 'poison',
      errorCode: poison.code,
      reason: poison.message,
      firstFailedAt: at,
      attempts: 1,
      sealed: tools.cipher.seal(packRecord({ key, value, headers })),
    },
    {
      at,
      trace: {
        correlationId: headers['ce_correlationid'] ?? `${topic}:${partition}:${offset}`,
        causationId: headers['ce_id'] ?? null,
      },
    },
  );
};
