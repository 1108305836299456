import { accessUntil } from '../../../src/domain/subscription/access.ts';
import { decideCommand } from '../../../src/domain/commands/decide-command.ts';
import { grantsAccess } from '../../../src/domain/model/subscription-questions.ts';
import { factsFor, orders } from '../commands.ts';
import { type Move, type Place, policy } from './move.ts';

function ordersAt({ state }: Place, now: number): readonly Move[] {
  const { commands, subscription } = state;
  const commandId = `command-${commands.length}`;
  return orders.flatMap(({ name: cause, late, commandsFor }) =>
    commandsFor(state, { commandId, acceptedAt: late ? (subscription?.createdAt ?? now) : now }).map((command) => ({
      cause,
      now,
      decide: (before, context) => decideCommand(before, command, factsFor(command), context),
    })),
  );
}

/** Every command, now and after access has run out without a handled expiry. */
export function orderMoves(place: Place): readonly Move[] {
  const { subscription } = place.state;
  const times = grantsAccess(subscription)
    ? [place.now, Math.max(place.now, accessUntil(subscription, policy))]
    : [place.now];
  return times.flatMap((now) => ordersAt(place, now));
}
