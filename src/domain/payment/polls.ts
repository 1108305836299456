import type { Context } from '../model/context.ts';
import { dayMs, hourMs, type Instant } from '../model/instant.ts';
import type { Payment } from '../model/payment.ts';
import type { Policy } from '../model/policy.ts';
import type { SendRecord } from '../model/send-record.ts';

/** The next status check of an operation created at `since`: the policy's offsets, then hourly for a day, then daily. */
function nextPoll(since: Instant, now: Instant, policy: Policy): Instant {
  const age = now - since;
  const planned = policy.pollsMs.find((offset) => offset > age);
  if (planned !== undefined) return since + planned;
  return now + (age < policy.pollHourlyUntilMs ? hourMs : dayMs);
}

/** Plans on both clocks, so that a page is polled also while a test clock stands still. */
export const planPolls = (
  entry: Pick<Payment, 'send' | 'createdAt' | 'createdRealAt'>,
  { now, realNow, policy }: Context,
): SendRecord => ({
  ...entry.send,
  nextCheckAt: nextPoll(entry.createdAt, now, policy),
  nextCheckRealAt: nextPoll(entry.createdRealAt, realNow, policy),
});
