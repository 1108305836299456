import type { MessageFactory } from '../application/ports/message-factory.ts';
import type { OutMessage } from '../application/ports/outbox.ts';
import { toIso } from '../domain/model/instant.ts';
import { timerId } from '../domain/timers/index.ts';
import { buildMessage } from './build-message.ts';
import type { MessageType } from './catalogue.ts';
import type { Envelope } from './envelope.ts';
import { factFields } from './fact-fields.ts';
import type { Fields } from './map-by-schema.ts';

/**
 * The one way from domain values to messages. Ids are deterministic, so readers recognise a repeat. `running` is the
 * `traceparent` of what causes a message; a saved fact keeps it until it is published.
 */
export function createMessageFactory(running: () => string | null = () => null): MessageFactory {
  const build = (type: MessageType, key: string, source: Fields, about: Omit<Envelope, 'traceparent'>): OutMessage =>
    buildMessage(type, key, source, { ...about, traceparent: running() });
  return {
    fact: (event, { userId, sequence, at, trace }) =>
      build(event.type, userId, { ...factFields(event), userId }, { id: `${userId}:${sequence}`, at, trace, sequence }),
    command: (command, trace) => {
      const { commandId: id, acceptedAt: at } = command;
      return build(command.type, command.userId, command, { id, at, trace });
    },
    timer: (timer, { userId, at, trace }) =>
      build(timer.type, userId, { ...timer, userId }, { id: timerId(timer), at, trace }),
    hint: (hint, { at, trace }) => {
      const id = `${hint.objectType}:${hint.objectId}:${toIso(at)}`;
      return build('payment.hint_received', hint.objectId, hint, { id, at, trace });
    },
    noticeReport: ({ noticeId, ...report }, { at, trace }) => {
      const id = `notice:${noticeId}:${toIso(at)}`;
      return build('notice.delivered', noticeId, { ...report, objectId: noticeId }, { id, at, trace });
    },
  };
}
