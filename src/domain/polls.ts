import { dayMs, hourMs, type Instant } from './instant.ts';
import type { Policy } from './policy.ts';
import type { SendRecord } from './send-record.ts';

/** The next look at something created at `since`: the table's offsets, then hourly for a day, then daily. */
export function nextPoll(since: Instant, now: Instant, policy: Policy): Instant {
  const age = now - since;
  const planned = policy.pollsMs.find((offset) => offset > age);
  if (planned !== undefined) return since + planned;
  return now + (age < policy.pollHourlyUntilMs ? hourMs : dayMs);
}

/** Both clocks: while a test clock stands still, the page is polled in real time as well. */
export function planPolls(
  record: SendRecord,
  created: { readonly at: Instant; readonly realAt: Instant },
  clock: { readonly now: Instant; readonly realNow: Instant; readonly policy: Policy },
): SendRecord {
  return {
    ...record,
    nextCheckAt: nextPoll(created.at, clock.now, clock.policy),
    nextCheckRealAt: nextPoll(created.realAt, clock.realNow, clock.policy),
  };
}
