import type { MessageFactory } from '../application/ports/message-factory.ts';
import { toIso } from '../domain/model/instant.ts';
import { timerId } from '../domain/timers/index.ts';
import { buildMessage } from './build-message.ts';
import { factFields } from './fact-fields.ts';

/**
 * The one way from domain values to messages. Ids are deterministic, so readers recognise a repeat. `running` is the
 * `traceparent` of what causes a message; a saved fact keeps it until it is published.
 */
export function createMessageFactory(running: () => string | null = () => null): MessageFactory {
  return {
    fact: (event, { userId, sequence, at, trace }) =>
      buildMessage(
        event.type,
        userId,
        { ...factFields(event), userId },
        { id: `${userId}:${sequence}`, at, trace, sequence, traceparent: running() },
      ),
    command: (command, trace) =>
      buildMessage(command.type, command.userId, command, {
        id: command.commandId,
        at: command.acceptedAt,
        trace,
        traceparent: running(),
      }),
    timer: (timer, { userId, at, trace }) =>
      buildMessage(timer.type, userId, { ...timer, userId }, { id: timerId(timer), at, trace, traceparent: running() }),
    hint: (hint, { at, trace }) => {
      const id = `${hint.objectType}:${hint.objectId}:${toIso(at)}`;
      return buildMessage('payment.hint_received', hint.objectId, hint, { id, at, trace, traceparent: running() });
    },
    noticeReport: ({ noticeId, ...report }, { at, trace }) => {
      const id = `notice:${noticeId}:${toIso(at)}`;
      return buildMessage('notice.delivered', noticeId, { ...report, objectId: noticeId }, { id, at, trace });
    },
  };
}
