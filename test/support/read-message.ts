import type { OutMessage } from '../../src/application/ports/outbox.ts';
import type { Hint } from '../../src/application/ports/message-factory.ts';
import type { NoticeReport } from '../../src/application/ports/notice-reports.ts';
import type { Command } from '../../src/domain/commands/index.ts';
import type { Timer } from '../../src/domain/timers/index.ts';
import { typeFromHeader } from '../../src/messages/catalogue.ts';
import { parseCommand, parseHint, parseTimer } from '../../src/messages/parse.ts';
import { topicNames } from '../../src/messages/topics.ts';

/** A fact as a reader of the topics sees it: its type, and the fields of its value. */
export type SeenFact = { readonly type: string } & Readonly<Record<string, unknown>>;

export type Carried =
  | { readonly kind: 'fact'; readonly event: SeenFact; readonly sequence: number }
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'timer'; readonly timer: Timer; readonly userId: string }
  | { readonly kind: 'hint'; readonly hint: Hint }
  | { readonly kind: 'report'; readonly report: NoticeReport };

/** The content of a message, as our consumers and other services read it. */
export function readMessage({ topic, key, headers, value }: OutMessage): Carried {
  const type = typeFromHeader(headers['ce_type']) ?? 'unknown';
  const trace = { correlationId: 'test', causationId: null };
  const delivery = { topic, partition: 0, offset: '0', recordedAt: null, key, headers, type, value, trace };
  if (topic === topicNames.commands) return { kind: 'command', command: parseCommand(delivery, 0) };
  if (topic === topicNames.timers) return { kind: 'timer', ...parseTimer(delivery, 0) };
  if (topic === topicNames.hints) {
    const received = parseHint(delivery, 0);
    return received.about === 'notice' ? { kind: 'report', ...received } : { kind: 'hint', ...received };
  }
  return { kind: 'fact', event: { type, ...value }, sequence: Number(headers['ce_sequence']) };
}
