import type { Context } from '../model/context.ts';
import type { Payment } from '../model/payment.ts';

/** How old it is, on the clock that runs faster: the provider closes a page by one of them. */
export const ageOf = (
  { createdAt, createdRealAt }: Pick<Payment, 'createdAt' | 'createdRealAt'>,
  { now, realNow }: Context,
): number => Math.max(now - createdAt, realNow - createdRealAt);

/** Whether there is time left on its page. The provider closes a page after a while. */
export const canShowPage = (entry: Pick<Payment, 'createdAt' | 'createdRealAt'>, context: Context): boolean =>
  ageOf(entry, context) < context.policy.pageShownMs;
