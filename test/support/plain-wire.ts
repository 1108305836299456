import type { Command } from '../../src/domain/command.ts';
import type { PublicEvent } from '../../src/domain/events.ts';
import type { Timer } from '../../src/domain/timer.ts';
import type { OutMessage } from '../../src/application/ports/outbox.ts';
import type { Hint, Wire } from '../../src/application/ports/wire.ts';

/** What a message of the plain wire carries: the domain value itself, for tests that are not about the contract. */
export type Carried =
  | { readonly kind: 'fact'; readonly event: PublicEvent; readonly sequence: number }
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'timer'; readonly timer: Timer; readonly userId: string }
  | { readonly kind: 'hint'; readonly hint: Hint };

const message = (topic: string, key: string, type: string, carried: Carried): OutMessage => ({
  topic,
  key,
  headers: { ce_type: type },
  schema: `${type}.v1`,
  value: { carried },
});

export const carriedBy = (sent: OutMessage): Carried => (sent.value as { carried: Carried }).carried;

export const plainWire: Wire = {
  fact: (event, { userId, sequence }) => message('facts', userId, event.type, { kind: 'fact', event, sequence }),
  command: (command) => message('commands', command.userId, command.type, { kind: 'command', command }),
  timer: (timer, { userId }) => message('timers', userId, timer.type, { kind: 'timer', timer, userId }),
  hint: (hint) => message('hints', hint.objectId, 'payment.hint_received', { kind: 'hint', hint }),
};
