import { type Decision, ignored } from '../../domain/decision/draft.ts';
import type { Context } from '../../domain/model/context.ts';
import type { Subject } from '../../domain/model/effect.ts';
import type { Subscriber } from '../../domain/model/subscriber.ts';
import { mayExpire } from '../../domain/model/subscription-questions.ts';
import { accessUntil } from '../../domain/subscription/access.ts';
import { decideExpiry } from '../../domain/timers/decide-expiry.ts';
import { definitionOf, type Timer } from '../../domain/timers/index.ts';
import { dueBesideCommands } from '../../domain/timers/next-due.ts';
import { changeAndSend } from '../operations/change-and-send.ts';
import type { About, Decide } from '../change/change-subscriber.ts';
import { readSubscriber } from '../change/read-subscriber.ts';
import { checkReceipt } from '../operations/check-receipt.ts';
import { checkStatus } from '../operations/check-status.ts';
import type { CoreServices } from '../services/core-services.ts';
import { withHandlerDeadline } from '../services/handler-deadline.ts';
import { commandGroup } from '../ports/blocked-keys.ts';
import type { Handled } from '../ports/consumer.ts';
import type { Trace } from '../ports/message-factory.ts';
import { runEffects } from '../operations/run-effects.ts';

async function check(services: CoreServices, about: About, subject: Subject): Promise<void> {
  await runEffects(services, about, await checkStatus(services, about, subject));
}

/**
 * What was due before it hides the expiry, because only the earliest is announced. Access that has run out is withdrawn all the
 * same: that forbids no charge, which brings it back.
 */
function withdrawAccess(state: Subscriber, context: Context): Decision {
  const { entitlement, subscription } = state;
  const isPublished = entitlement?.active === true && mayExpire(subscription);
  if (!isPublished || context.now < accessUntil(subscription, context.policy)) return ignored('command key is blocked');
  return decideExpiry(state, subscription.id, context);
}

/**
 * Decides a timer against the current state, so a timer that is announced twice or late has one effect.
 *
 * A charge must not overtake a cancel that waits in a blocked key, so such a timer charges nothing while the key of the user's
 * commands is blocked. The store is queried each time, because a charge after a stale answer takes money. A key that is
 * blocked after the query is the ordinary race of a cancel with a charge: the charge is refunded.
 *
 * What is due behind a charge that must wait is done: a refund is asked again, and operators are alerted.
 */
export async function handleTimer(
  services: CoreServices,
  userId: string,
  timer: Timer,
  trace: Trace,
): Promise<Handled> {
  const definition = definitionOf(timer.type);
  const about = { userId, trace };
  if ('decide' in definition) {
    const waits = definition.yieldsToCommands && (await services.blockedKeys.isBlocked(commandGroup, userId));
    const decide: Decide = (state, context) => definition.decide(state, timer, context);
    const handled = await changeAndSend(services, about, waits ? withdrawAccess : decide);
    if (handled.kind !== 'ignored' || !definition.yieldsToCommands) return handled;
    const { state, context } = await readSubscriber(services, userId);
    const hidden = dueBesideCommands(state, context);
    return hidden === null ? handled : handleTimer(services, userId, hidden, trace);
  }
  // A check stays due in the document until its result is saved, so the message may be committed before that.
  const work =
    'receiptOf' in definition
      ? checkReceipt(services, about, definition.receiptOf(timer))
      : check(services, about, definition.subjectOf(timer));
  await withHandlerDeadline(services, work);
  return { kind: 'handled' };
}
