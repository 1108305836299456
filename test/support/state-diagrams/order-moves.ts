import { accessUntil } from '../../../src/domain/subscription/access.ts';
import { decideCommand } from '../../../src/domain/commands/decide-command.ts';
import { grantsAccess } from '../../../src/domain/model/subscription-questions.ts';
import { tariffs } from '../test-system.ts';
import { type Move, type Place, policy } from './move.ts';

const anyOrder = { bodyHash: '', notAfter: null };
const anyPay = { paySystem: 'yookassa', returnUrl: null, testClockId: null, ...anyOrder };
const found = { tariff: null, paySystemKnown: true, testClockKnown: true };

function paysAt(place: Place, now: number): readonly Move[] {
  const { userId, commands } = place.state;
  const actor = { kind: 'user' as const, id: userId };
  const base = { commandId: `command-${commands.length}`, userId, actor, acceptedAt: now, ...anyPay };
  return [
    { cause: 'pay' as const, tariff: tariffs.month, renew: true },
    { cause: 'pay' as const, tariff: tariffs.month, renew: false },
    { cause: 'pay another tariff' as const, tariff: tariffs.year, renew: true },
  ].map(({ cause, tariff, renew }) => {
    const command = { ...base, type: 'subscription.pay' as const, tariffId: tariff.id, renew };
    return { cause, now, decide: (state, context) => decideCommand(state, command, { ...found, tariff }, context) };
  });
}

/** A cancel may have been accepted long before it is handled: as early as the subscription itself. */
function cancelsAt(place: Place, now: number): readonly Move[] {
  const { userId, commands, subscription } = place.state;
  const actor = { kind: 'user' as const, id: userId };
  const base = { commandId: `command-${commands.length}`, userId, actor, reason: null, ...anyOrder };
  const early = subscription?.createdAt ?? now;
  return [
    { cause: 'cancel' as const, mode: 'period_end' as const, acceptedAt: now },
    { cause: 'cancel now' as const, mode: 'immediate' as const, acceptedAt: now },
    { cause: 'cancel, handled late' as const, mode: 'period_end' as const, acceptedAt: early },
    { cause: 'cancel now, handled late' as const, mode: 'immediate' as const, acceptedAt: early },
  ].map(({ cause, mode, acceptedAt }) => {
    const command = { ...base, type: 'subscription.cancel' as const, mode, acceptedAt };
    return { cause, now, decide: (state, context) => decideCommand(state, command, found, context) };
  });
}

/** Every order, now and once access has run out and nobody has said so yet. */
export function orderMoves(place: Place): readonly Move[] {
  const { subscription } = place.state;
  const times = grantsAccess(subscription)
    ? [place.now, Math.max(place.now, accessUntil(subscription, policy))]
    : [place.now];
  return times.flatMap((now) => [...paysAt(place, now), ...cancelsAt(place, now)]);
}
