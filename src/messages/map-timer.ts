import { toIso } from '../domain/instant.ts';
import type { Timer, TimerType } from '../domain/timer.ts';
import type { MessageValues } from './generated/contract.ts';

export function timerValue(timer: Timer, userId: string): MessageValues[TimerType] {
  switch (timer.type) {
    case 'subscription.renewal_due':
      return {
        userId,
        subscriptionId: timer.subscriptionId,
        periodIndex: timer.periodIndex,
        attemptNo: timer.attemptNo,
      };
    case 'subscription.expiry_due':
      return { userId, subscriptionId: timer.subscriptionId, dueAt: toIso(timer.dueAt) };
    case 'payment.status_check_due':
      return { userId, subject: timer.subject, subjectId: timer.subjectId, dueAt: toIso(timer.dueAt) };
  }
}
