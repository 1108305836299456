import { decideExpiry } from '../domain/decide-expiry.ts';
import { decideRenewal } from '../domain/decide-renewal.ts';
import type { Timer } from '../domain/timer.ts';
import { type Changed, changeSubscriber } from './change-subscriber.ts';
import { checkStatus } from './check-status.ts';
import type { CoreServices } from './core-services.ts';
import type { Handled } from './ports/doors.ts';
import type { Trace } from './ports/wire.ts';
import { pursue } from './pursue.ts';

function decide(services: CoreServices, userId: string, timer: Timer, trace: Trace): Promise<Changed | null> {
  switch (timer.type) {
    case 'subscription.renewal_due':
      return changeSubscriber(services, userId, (state, context) => decideRenewal(state, timer, context), { trace });
    case 'subscription.expiry_due':
      return changeSubscriber(
        services,
        userId,
        (state, context) => decideExpiry(state, timer.subscriptionId, context),
        { trace },
      );
    case 'payment.status_check_due':
      return checkStatus(services, userId, { kind: timer.subject, id: timer.subjectId }, trace);
  }
}

/** What has fallen due is decided against the state found now: announced twice, late or by three pods, it happens once. */
export async function handleTimer(
  services: CoreServices,
  userId: string,
  timer: Timer,
  trace: Trace,
): Promise<Handled> {
  const changed = await decide(services, userId, timer, trace);
  if (changed === null) return { kind: 'ignored', reason: 'nothing to look at' };
  if (changed.kind === 'ignored') return { kind: 'ignored', reason: changed.reason };
  await pursue(services, userId, changed, trace);
  return { kind: 'handled' };
}
