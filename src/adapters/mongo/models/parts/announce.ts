import type { Due, Timer } from '../../../../domain/timers/index.ts';
import type { SubscriberDocument } from '../../subscriber-document.ts';
import { createPart, optional, required, text } from '../schema.ts';

const timer = createPart<Timer>({
  /** What falls due, as the contract names it. */
  type: required(String),
  /** The subscription that is due. */
  subscriptionId: optional(String),
  /** The number of the period to be renewed. */
  periodIndex: optional(Number),
  /** The number of the attempt that the renewal will make. */
  attemptNo: optional(Number),
  /** Epoch milliseconds for which the timer was set. */
  dueAt: optional(Number),
  /** `payment`, `refund` or `binding`: what is to be checked. */
  subject: optional(String),
  /** The id of that operation. */
  subjectId: optional(String),
});

const due = createPart<Due>({
  /** Epoch milliseconds. */
  at: required(Number),
  /** What is due then. */
  timer: required(timer),
});

/** The next thing due, and the claim of the job that announces it. */
export const announce = createPart<SubscriberDocument['announce']>({
  /** Identifies the announcement: a claim holds for this key only. */
  key: text,
  /** The next thing due on the subscriber's clock. */
  business: optional(due),
  /** The next thing due in real time. */
  real: optional(due),
  /** Epoch milliseconds, real time, before which it is not announced again; null before the first claim. */
  notBefore: optional(Number),
  /** How often it was published. */
  tries: required(Number),
  /** The id of the claim that won, by which its claimer recognises it. */
  claimId: optional(String),
});
