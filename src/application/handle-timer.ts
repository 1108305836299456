import { decideExpiry } from '../domain/timers/decide-expiry.ts';
import { decideRenewal } from '../domain/timers/decide-renewal.ts';
import type { Subject } from '../domain/model/effect.ts';
import type { Timer } from '../domain/model/timer.ts';
import { changeAndSend } from './change-and-send.ts';
import type { About } from './change-subscriber.ts';
import { checkStatus } from './check-status.ts';
import type { CoreServices } from './core-services.ts';
import { commandGroup } from './ports/blocked-keys.ts';
import type { Handled } from './ports/consumer.ts';
import type { Trace } from './ports/message-factory.ts';
import { runEffects } from './run-effects.ts';
import { withHandlerDeadline } from './handler-deadline.ts';

async function check(services: CoreServices, about: About, subject: Subject): Promise<void> {
  await runEffects(services, about, await checkStatus(services, about, subject));
}

/**
 * A cancel that waits in a blocked key must not be overtaken by a charge. Asked fresh each time, for an answer of seconds
 * ago might be money; the key that is blocked after it meets the ordinary race of a cancel with a charge, which refunds.
 */
async function renew(
  services: CoreServices,
  userId: string,
  timer: Extract<Timer, { type: 'subscription.renewal_due' }>,
  trace: Trace,
): Promise<Handled> {
  if (await services.blockedKeys.isBlocked(commandGroup, userId)) {
    return { kind: 'ignored', reason: 'command key is blocked' };
  }
  return changeAndSend(services, { userId, trace }, (state, context) => decideRenewal(state, timer, context));
}

/** What has fallen due is decided against the state found now: announced twice, late or by three pods, it happens once. */
export async function handleTimer(
  services: CoreServices,
  userId: string,
  timer: Timer,
  trace: Trace,
): Promise<Handled> {
  switch (timer.type) {
    case 'subscription.renewal_due':
      return renew(services, userId, timer, trace);
    case 'subscription.expiry_due':
      return changeAndSend(services, { userId, trace }, (state, context) =>
        decideExpiry(state, timer.subscriptionId, context),
      );
    case 'payment.status_check_due': {
      const subject = { kind: timer.subject, id: timer.subjectId };
      // What a look finds stays due in the document until it is saved, so the message may be done with before that.
      await withHandlerDeadline(services, check(services, { userId, trace }, subject));
      return { kind: 'handled' };
    }
  }
}
