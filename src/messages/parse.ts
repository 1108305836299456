import { type Delivery, Poison } from '../application/ports/doors.ts';
import type { Hint } from '../application/ports/message-factory.ts';
import type { Command } from '../domain/model/command.ts';
import type { Instant } from '../domain/model/instant.ts';
import type { Timer } from '../domain/model/timer.ts';
import { catalogueEntry } from './catalogue.ts';
import type { MessageValues, SubscriptionCancelV1 } from './generated/received.ts';
import { parseInstant } from './parse-instant.ts';
import { foreignValidationError } from './validate.ts';

// Messages of others become domain values here or end as Poison. Fields are taken one by one: what a newer writer (or a
// hostile one) added goes no further.

export function parseCommand(delivery: Delivery): Command {
  switch (delivery.type) {
    case 'subscription.pay': {
      const value = valueOf('subscription.pay', delivery);
      const { tariffId, paySystem, renew, returnUrl, testClockId } = value;
      return {
        ...common(value, delivery),
        type: 'subscription.pay',
        tariffId,
        paySystem,
        renew,
        returnUrl,
        testClockId,
      };
    }
    case 'subscription.cancel': {
      const value = valueOf('subscription.cancel', delivery);
      return { ...common(value, delivery), type: 'subscription.cancel', mode: value.mode, reason: value.reason };
    }
    default:
      throw unknownType();
  }
}

export function parseTimer(delivery: Delivery): { readonly userId: string; readonly timer: Timer } {
  switch (delivery.type) {
    case 'subscription.renewal_due': {
      const { userId, subscriptionId, periodIndex, attemptNo } = valueOf('subscription.renewal_due', delivery);
      const timer = { type: 'subscription.renewal_due', subscriptionId, periodIndex, attemptNo } as const;
      return { userId: keyed(userId, delivery), timer };
    }
    case 'subscription.expiry_due': {
      const { userId, subscriptionId, dueAt } = valueOf('subscription.expiry_due', delivery);
      const timer = { type: 'subscription.expiry_due', subscriptionId, dueAt: instantOf(dueAt) } as const;
      return { userId: keyed(userId, delivery), timer };
    }
    case 'payment.status_check_due': {
      const { userId, subject, subjectId, dueAt } = valueOf('payment.status_check_due', delivery);
      const timer = { type: 'payment.status_check_due', subject, subjectId, dueAt: instantOf(dueAt) } as const;
      return { userId: keyed(userId, delivery), timer };
    }
    default:
      throw unknownType();
  }
}

export function parseHint(delivery: Delivery): Hint {
  if (delivery.type !== 'payment.hint_received') throw unknownType();
  const { provider, objectType, objectId } = valueOf('payment.hint_received', delivery);
  return { provider, objectType, objectId: keyed(objectId, delivery) };
}

/** When the message was made, by its envelope; NaN for an envelope that does not say. */
export const saidAt = ({ headers }: Delivery): Instant => Date.parse(headers['ce_time'] ?? '');

type Common = Omit<SubscriptionCancelV1, 'mode' | 'reason'>;

const common = (value: Common, delivery: Delivery) => ({
  commandId: value.commandId,
  userId: keyed(value.userId, delivery),
  actor: { kind: value.actor.kind, id: value.actor.id },
  acceptedAt: instantOf(value.acceptedAt),
  bodyHash: value.bodyHash,
  notAfter: value.notAfter === null ? null : instantOf(value.notAfter),
});

/** Order is kept per key: a message about one user under the key of another would be decided out of turn. */
function keyed(name: string, delivery: Delivery): string {
  if (name !== delivery.key) throw new Poison('key_mismatch', 'The key of the message is not whom it is about.');
  return name;
}

function instantOf(text: string): Instant {
  const instant = parseInstant(text);
  if (instant === null) throw new Poison('invalid_value', 'No such day in the calendar.');
  return instant;
}

function valueOf<Type extends keyof MessageValues>(type: Type, delivery: Delivery): MessageValues[Type] {
  const ceType = delivery.headers['ce_type'];
  if (ceType !== undefined && ceType !== catalogueEntry(type).ceType)
    throw new Poison('unknown_version', `This process knows ${catalogueEntry(type).ceType} only.`);
  const violation = foreignValidationError(type, delivery.value);
  if (violation !== null) throw new Poison('invalid_value', `${type}: ${violation}`);
  return delivery.value as MessageValues[Type];
}

const unknownType = (): Poison => new Poison('unknown_type', 'No message of this type belongs to this topic.');
