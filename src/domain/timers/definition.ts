import type { Decision } from '../decision/draft.ts';
import type { Context } from '../model/context.ts';
import type { Subject } from '../model/effect.ts';
import type { Instant } from '../model/instant.ts';
import type { Policy } from '../model/policy.ts';
import type { Subscriber } from '../model/subscriber.ts';

export type TimerAt<Timer> = { readonly at: Instant; readonly timer: Timer };

/** What is done when a timer arrives: a decision on the document, a status check at the provider, or a read of a receipt. */
type Then<Timer> =
  | {
      readonly decide: (state: Subscriber, timer: Timer, context: Context) => Decision;
      /** A command that waits in a blocked key comes first: it may forbid what the timer would do. */
      readonly yieldsToCommands: boolean;
    }
  | { readonly subjectOf: (timer: Timer) => Subject }
  | { readonly receiptOf: (timer: Timer) => string };

/** All that is special about a timer. */
export type TimerDefinition<Timer extends { readonly type: string }> = Then<Timer> & {
  /** Deterministic: an announcement that is repeated has the same id. */
  readonly id: (timer: Timer) => string;
  /** What the state waits for, on the subscriber's clock and in real time. */
  readonly dues: (
    state: Subscriber,
    policy: Policy,
  ) => { readonly business: readonly TimerAt<Timer>[]; readonly real: readonly TimerAt<Timer>[] };
};
