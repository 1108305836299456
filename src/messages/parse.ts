import type { Delivery } from '../application/ports/consumer.ts';
import { Fault, Poison, type PoisonCode } from '../application/ports/faults.ts';
import type { Hint } from '../application/ports/message-factory.ts';
import type { NoticeReport } from '../application/ports/notice-reports.ts';
import type { Command } from '../domain/commands/index.ts';
import { dayMs, type Instant } from '../domain/model/instant.ts';
import type { Timer } from '../domain/timers/index.ts';
import { catalogueEntry, isMessageType } from './catalogue.ts';
import { keyFields, messages } from './generated/contract.ts';
import type { MessageValues } from './generated/received.ts';
import type { Fields } from './map-by-schema.ts';
import { readBySchema } from './read-by-schema.ts';
import { foreignViolation } from './validate.ts';

// Received messages become domain values or end as Poison. The return types tie schema and domain together: a message whose
// schema and domain type disagree on a field does not compile.

type Channel = 'commands' | 'timers' | 'hints';

type TypeOn<Name extends Channel> = {
  [Type in keyof MessageValues]: (typeof messages)[Type]['channel'] extends Name ? Type : never;
}[keyof MessageValues];

type Received<Name extends Channel> = {
  [Type in TypeOn<Name>]: MessageValues[Type] & { readonly type: Type };
}[TypeOn<Name>];

export const parseCommand = (delivery: Delivery, now: Instant): Command => received('commands', delivery, now);

export function parseTimer(delivery: Delivery, now: Instant): { readonly userId: string; readonly timer: Timer } {
  const { userId, ...timer } = received('timers', delivery, now);
  return { userId, timer };
}

/** What the topic of hints holds: objects at the provider, and notices that were delivered. */
export type ReceivedHint =
  { readonly about: 'object'; readonly hint: Hint } | { readonly about: 'notice'; readonly report: NoticeReport };

export function parseHint(delivery: Delivery, now: Instant): ReceivedHint {
  const fields = fieldsOf('hints', delivery, now);
  if (!('deliveredAt' in fields)) return { about: 'object', hint: fields };
  const { objectId: noticeId, ...report } = fields;
  return { about: 'notice', report: { ...report, noticeId } };
}

/** When the message was created, by its envelope; NaN when the envelope has no time. */
export const saidAt = ({ headers }: Pick<Delivery, 'headers'>): Instant => Date.parse(headers['ce_time'] ?? '');

function received<Name extends Channel>(channel: Name, delivery: Delivery, now: Instant): Received<Name> {
  const fields: unknown = { ...fieldsOf(channel, delivery, now), type: delivery.type };
  return fields as Received<Name>;
}

/** Processes of two versions run side by side for hours. What no version has learned within a week is none of ours. */
const learnedWithinMs = 7 * dayMs;

/**
 * A type, version or schema of our namespace that this process does not know, or that the registry does not. While the message is
 * recent a newer version may have written it, so its key waits until it is known here; an accepted command would otherwise be lost in a
 * rolling deploy.
 */
export function notKnown(
  code: PoisonCode,
  message: string,
  delivery: Pick<Delivery, 'headers'>,
  now: Instant,
): Poison | Fault {
  const isRecent = Math.abs(now - saidAt(delivery)) < learnedWithinMs;
  return isRecent ? new Fault(code, message, { retryable: false, queues: true }) : new Poison(code, message);
}

function fieldsOf<Name extends Channel>(channel: Name, delivery: Delivery, now: Instant): MessageValues[TypeOn<Name>] {
  const { type, key, headers, value } = delivery;
  if (!isMessageType(type))
    throw notKnown('unknown_type', 'This process knows no message of this type.', delivery, now);
  if (messages[type].channel !== channel)
    throw new Poison('unknown_type', 'No message of this type belongs to this topic.');
  const { ceType, schemaName } = catalogueEntry(type);
  if (headers['ce_type'] !== undefined && headers['ce_type'] !== ceType)
    throw notKnown('unknown_version', `This process knows ${ceType} only.`, delivery, now);
  // A command that is carried out without a field that it was given with could do something else: a refund of a part would become one
  // of all. The other messages only announce.
  const violation = foreignViolation(type, value, { knowsAll: channel === 'commands' });
  if (violation?.isNewer === true)
    throw notKnown('unknown_version', `${type} has more than this process knows: ${violation.text}`, delivery, now);
  if (violation !== null) throw new Poison('invalid_value', `${type}: ${violation.text}`);
  const fields = readBySchema(schemaName, value as Fields);
  // Kafka keeps the order of a key. A message under the key of another user could overtake, or be overtaken.
  if (fields[keyFields[channel]] !== key)
    throw new Poison('key_mismatch', 'The key of the message is not the id that it is about.');
  return fields as MessageValues[TypeOn<Name>];
}
