import type { Command } from '../domain/command.ts';
import { toIso, toIsoOrNull } from '../domain/instant.ts';
import type * as Contract from './generated/contract.ts';
import { blotOrNull } from './plain-text.ts';

type Common = Omit<Contract.SubscriptionCancelV1, 'mode' | 'reason'>;

const common = (command: Command): Common => ({
  commandId: command.commandId,
  userId: command.userId,
  actor: { kind: command.actor.kind, id: command.actor.id },
  acceptedAt: toIso(command.acceptedAt),
  bodyHash: command.bodyHash,
  notAfter: toIsoOrNull(command.notAfter),
});

export function commandValue(command: Command): Contract.MessageValues[Command['type']] {
  switch (command.type) {
    case 'subscription.pay':
      return {
        ...common(command),
        tariffId: command.tariffId,
        paySystem: command.paySystem,
        renew: command.renew,
        returnUrl: command.returnUrl,
        testClockId: command.testClockId,
      };
    case 'subscription.cancel':
      return { ...common(command), mode: command.mode, reason: blotOrNull(command.reason, 500) };
  }
}
