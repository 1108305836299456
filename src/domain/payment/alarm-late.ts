import { type Draft, record } from '../decision/draft.ts';
import type { Context } from '../model/context.ts';
import type { LateCause, Refund } from '../model/payment.ts';

/** Operators are alerted of the refund once, over all of its attempts. */
export const alarmLate = (draft: Draft, refund: Refund, cause: LateCause, { now }: Context): Draft =>
  refund.alarmedAt !== undefined
    ? draft
    : record(draft, { type: 'refund.alarmed', refund: { ...refund, alarmedAt: now }, closed: false, cause });
