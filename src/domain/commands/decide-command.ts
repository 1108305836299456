import type { CommandEntry } from '../model/command.ts';
import type { Context } from '../model/context.ts';
import { marginMs, mayBeLost } from '../model/epoch.ts';
import type { StaffAct } from '../model/events.ts';
import { dayMs } from '../model/instant.ts';
import { endUndonePurchase, withoutOther } from './end-undone.ts';
import type { CommandDefinition, Facts, LookUp } from './definition.ts';
import { type Command, commands } from './index.ts';
import { accepted, type Decision, type Draft, draftOf, ignored, record, reject } from '../decision/draft.ts';
import type { Payment } from '../model/payment.ts';
import { recalledAs } from '../payment/take-recalled.ts';
import { isContactMissing } from '../subscription/receipt-contact.ts';
import type { Subscriber } from '../model/subscriber.ts';
import { nameUndone } from '../decision/name-undone.ts';
import { opensTooMany } from '../decision/page-limit.ts';

type AnyDefinition = CommandDefinition<never, LookUp>;

/** What the audit keeps of an order of staff. */
function actOf(command: Command): StaffAct {
  const { commandId, userId, actor, type: action } = command;
  const { subjectOf } = commands[command.type] as AnyDefinition;
  const subject = subjectOf?.(command as never) ?? { kind: 'subscriber', id: userId };
  const reason = ('reason' in command ? command.reason : null) ?? '';
  return { commandId, actor: actor.id, action, subject, reason };
}

/** A restore may have undone it: it was accepted since the backup. */
export const isUndone = ({ acceptedAt }: Command, { epoch }: Context): boolean => mayBeLost(epoch, acceptedAt);

type Taken = 'its own' | 'perhaps a later one' | 'none';

/**
 * Whether the command may have waited for an earlier page, and have ended when that was paid. The id of the payment of a period
 * does not say which command has opened its page. A page is paid within a day of its first request.
 */
const mayHaveWaited = ({ captures }: Subscriber, { kind, purchase }: Payment, { acceptedAt }: Command): boolean =>
  kind === 'checkout' &&
  purchase === null &&
  captures.some((paid) => paid.kind === 'checkout' && paid.reservedAt > acceptedAt - dayMs);

/**
 * Whether the restored document has taken the payment that the provider has of the command: made since it was accepted, and while its
 * key was sent. Another command may have made a later one of the same period: its own was mostly made before it expired.
 */
function takenBy(before: Subscriber, { events }: Draft, command: Command, { policy }: Context): Taken {
  const opened = events.find((event) => event.type === 'payment.created');
  const payment = opened?.type === 'payment.created' ? opened.payment : null;
  const taken =
    payment === null ? null : recalledAs(before, { object: 'payment', paymentId: payment.id, refundId: null });
  if (payment === null || taken === null) return 'none';
  // A charge takes no page.
  if (payment.kind === 'charge' && taken.methodId !== payment.methodId) return 'none';
  // The provider dates the payments of a test clock by that clock.
  if (before.testClockId !== null) return 'its own';
  const { acceptedAt, notAfter } = command;
  const expiredAt = (notAfter ?? acceptedAt) + marginMs;
  if (taken.createdAt < acceptedAt - marginMs || taken.createdAt > expiredAt + policy.keyLifeMs) return 'none';
  const isLater = taken.createdAt > expiredAt || mayHaveWaited(before, payment, command);
  return isLater ? 'perhaps a later one' : 'its own';
}

/**
 * Staff have acted on what was so before the restore, as in the provider's cabinet or at the bank. And what a subscriber has
 * said of a method must not be lost: an unlinked card may be linked under another id.
 */
function nameRejected(decided: Draft, command: Command, context: Context): Draft {
  if (command.actor.kind !== 'staff' && !('methodId' in command)) return decided;
  const outcome = decided.state.commands.find(({ id }) => id === command.commandId)?.outcome;
  const isExpired = outcome?.kind === 'rejected' && outcome.reason === 'command_expired';
  if (!isUndone(command, context) || outcome?.kind !== 'rejected' || isExpired) return decided;
  return nameUndone(decided, command.commandId, `was rejected, ${outcome.reason},`);
}

function carryOut(received: Draft, command: Command, facts: Facts, context: Context): Draft {
  if (command.notAfter === null || context.realNow <= command.notAfter)
    return carryOutNow(received, command, facts, context);
  if (!isUndone(command, context)) return reject(received, command, 'command_expired');
  const again = carryOutNow(received, command, facts, context);
  const taken = takenBy(received.state, again, command, context);
  if (taken === 'its own') return again;
  if (taken === 'perhaps a later one')
    return nameUndone(again, command.commandId, 'may have taken the payment of a later one');
  const named = nameUndone(received, command.commandId, 'had expired');
  const alone = { ...received, state: withoutOther(received.state, context) };
  const begun = carryOutNow(alone, command, facts, context).state.subscription;
  return reject(endUndonePurchase(named, begun, context), command, 'command_expired');
}

function carryOutNow(received: Draft, command: Command, facts: Facts, context: Context): Draft {
  // The definition under a type takes the command of that type, which the type checker cannot infer.
  const { decide } = commands[command.type] as AnyDefinition;
  const decided = decide(received, command as never, facts, context);
  // Whatever the command, and whatever the state: pages of a day are bounded, and nothing is charged whose receipt could not be sent.
  if (opensTooMany(received.state, decided.events, context)) return reject(received, command, 'too_many_tries');
  const opensPayment = decided.events.some(({ type }) => type === 'payment.created');
  return opensPayment && isContactMissing(received.state, context.policy)
    ? reject(received, command, 'contact_required')
    : decided;
}

/** Decides a command once. A known id is a repeat, and its outcome does not change. */
export function decideCommand(state: Subscriber, command: Command, facts: Facts, context: Context): Decision {
  if (state.commands.some((entry) => entry.id === command.commandId)) return ignored('repeat');
  const { claimedAt } = command;
  const entry: CommandEntry = {
    id: command.commandId,
    type: command.type,
    bodyHash: command.bodyHash,
    acceptedAt: command.acceptedAt,
    ...(claimedAt === undefined ? {} : { claimedAt }),
    paymentId: null,
    outcome: null,
  };
  const received = record(draftOf(state), { type: 'command.received', entry });
  const decided = nameRejected(carryOut(received, command, facts, context), command, context);
  // In the same save, so that no act of staff is without its row of the audit, also where it was rejected.
  const isStaff = command.actor.kind === 'staff';
  return accepted(isStaff ? record(decided, { type: 'staff.acted', ...actOf(command) }) : decided);
}
