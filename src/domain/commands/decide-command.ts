import type { Command, CommandEntry } from '../model/command.ts';
import type { Context } from '../model/context.ts';
import { decideCancel } from './cancel.ts';
import { decidePay } from './pay.ts';
import { accepted, type Decision, type Draft, draftOf, ignored, record, reject } from '../decision/draft.ts';
import type { Subscriber } from '../model/subscriber.ts';
import type { Tariff } from '../model/tariff.ts';

/** What the application looked up for the command before it is decided. */
export type CommandFacts = {
  readonly tariff: Tariff | null;
  readonly paySystemKnown: boolean;
  /** False when the command names a test clock that does not exist. */
  readonly testClockKnown: boolean;
};

/** The first purchase binds a subscriber to a clock for good; a later one may repeat it, never change it. */
function bindClock(draft: Draft, testClockId: string | null): Draft | null {
  if (testClockId === null || testClockId === draft.state.testClockId) return draft;
  if (draft.state.testClockId !== null || draft.state.subscription !== null) return null;
  return record(draft, { type: 'clock.bound', testClockId });
}

function carryOut(received: Draft, command: Command, facts: CommandFacts, context: Context): Draft {
  if (command.notAfter !== null && context.realNow > command.notAfter)
    return reject(received, command, 'command_expired');
  switch (command.type) {
    case 'subscription.cancel':
      return decideCancel(received, command, context);
    case 'subscription.pay': {
      if (!facts.testClockKnown) return reject(received, command, 'test_clock_not_found');
      if (facts.tariff === null) return reject(received, command, 'tariff_not_found');
      if (!facts.paySystemKnown) return reject(received, command, 'pay_system_not_found');
      const bound = bindClock(received, command.testClockId);
      return bound === null
        ? reject(received, command, 'test_clock_mismatch')
        : decidePay(bound, command, facts.tariff, context);
    }
  }
}

/** Decides a command once: a known id is a repeat, whose outcome stands. */
export function decideCommand(state: Subscriber, command: Command, facts: CommandFacts, context: Context): Decision {
  if (state.commands.some((entry) => entry.id === command.commandId)) return ignored('repeat');
  const entry: CommandEntry = {
    id: command.commandId,
    type: command.type,
    bodyHash: command.bodyHash,
    acceptedAt: command.acceptedAt,
    paymentId: null,
    outcome: null,
  };
  const received = record(draftOf(state), { type: 'command.received', entry });
  return accepted(carryOut(received, command, facts, context));
}
