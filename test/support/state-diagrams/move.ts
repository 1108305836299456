import { systemIds } from '../../../src/adapters/system/ids.ts';
import type { Context } from '../../../src/domain/model/context.ts';
import { dayMs } from '../../../src/domain/model/instant.ts';
import type { Policy } from '../../../src/domain/model/policy.ts';
import { testPolicy } from '../policy.ts';
import type { Decision } from '../../../src/domain/decision/draft.ts';
import type { Subscriber } from '../../../src/domain/model/subscriber.ts';
import type { Cause } from './causes.ts';
import { shop } from './provider-words.ts';

/** A subscriber at an instant. */
export type Place = { readonly state: Subscriber; readonly now: number };

/** Something that may happen to the subscriber there, and what the rules decide. */
export type Move = {
  readonly cause: Cause;
  readonly now: number;
  readonly decide: (state: Subscriber, context: Context) => Decision;
};

/** The rules with short ladders: the same transitions with fewer steps of one kind. */
export const policy: Policy = {
  ...testPolicy,
  ladderMs: testPolicy.ladderMs.slice(0, 3),
  shortRetriesMs: testPolicy.shortRetriesMs.slice(0, 1),
  unsentRepeatsMs: { checkout: testPolicy.unsentRepeatsMs.checkout.slice(0, 1), charge: [dayMs] },
};

/** Timers fire in time, or after an outage so long that keys are too old and payments stuck. */
export const delaysMs = [0, policy.stuckAfterMs + 1];

export const contextAt = (now: number): Context => ({
  ...{ now, realNow: now, policy, shop, ids: systemIds },
  epoch: null,
  seal: ({ kind }) => kind,
  keepContact: () => ({ personalKey: '', sealed: '', masked: '' }),
});
