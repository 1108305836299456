import type { Wire } from '../application/ports/wire.ts';
import { toIso } from '../domain/instant.ts';
import { timerId } from '../domain/timer.ts';
import { buildMessage } from './build-message.ts';
import { commandValue } from './map-command.ts';
import { factValue } from './map-fact.ts';
import { timerValue } from './map-timer.ts';

export type WireOptions = {
  /** Who speaks, as CloudEvents' `source`: a URI reference. */
  readonly source?: string;
};

/** The one way from domain values to messages; ids are deterministic, so a repeat is recognisably the same message. */
export function createWire({ source = '/cinema/billing' }: WireOptions = {}): Wire {
  return {
    fact: (event, { userId, sequence, at, trace }) =>
      buildMessage(event.type, userId, factValue(event, userId), {
        id: `${userId}:${sequence}`,
        source,
        subject: userId,
        at,
        trace,
        sequence,
      }),
    command: (command, trace) =>
      buildMessage(command.type, command.userId, commandValue(command), {
        id: command.commandId,
        source,
        subject: command.userId,
        at: command.acceptedAt,
        trace,
      }),
    timer: (timer, { userId, at, trace }) =>
      buildMessage(timer.type, userId, timerValue(timer, userId), {
        id: timerId(timer),
        source,
        subject: userId,
        at,
        trace,
      }),
    hint: (hint, { at, trace }) =>
      buildMessage(
        'payment.hint_received',
        hint.objectId,
        { provider: hint.provider, objectType: hint.objectType, objectId: hint.objectId },
        {
          id: `${hint.objectType}:${hint.objectId}:${toIso(at)}`,
          source,
          subject: hint.objectId,
          at,
          trace,
        },
      ),
  };
}
