import type { Context } from '../../domain/model/context.ts';
import type { Instant } from '../../domain/model/instant.ts';
import type { Subscriber } from '../../domain/model/subscriber.ts';
import { mayCancel } from '../../domain/model/subscription-questions.ts';
import { renewing } from '../../domain/payment/undo-cancel.ts';
import { endAfterCancel } from '../../domain/subscription/access.ts';
import { chargeOnceBoundAt } from '../../domain/subscription/next-charge.ts';
import { whyNotRenewing } from '../../domain/subscription/renews.ts';
import type { Preview } from './preview-command.ts';

/** The end of a subscription that does not renew. */
export type PendingCancel = {
  readonly at: Instant;
  readonly cause: NonNullable<ReturnType<typeof whyNotRenewing>>;
  /** When the first charge would be made if it were taken back now, so that the terms can be shown before; null where it cannot be. */
  readonly undoneChargeAt: Instant | null;
};

/** `undone`: the preview of taking it back. */
export function pendingCancelOf(
  { subscription }: Subscriber,
  undone: Pick<Preview, 'refusedBecause' | 'nextCharge'> | undefined,
  context: Context,
): PendingCancel | null {
  if (!mayCancel(subscription)) return null;
  const cause = whyNotRenewing(subscription);
  if (cause === null) return null;
  const pending = { at: endAfterCancel(subscription), cause };
  if (undone?.refusedBecause !== null) return { ...pending, undoneChargeAt: null };
  // A card may have to be bound before a charge is planned. Where none is planned, what is owed may be paid at once.
  const onceBoundAt = chargeOnceBoundAt(renewing(subscription, null, context));
  return { ...pending, undoneChargeAt: undone.nextCharge?.at ?? onceBoundAt ?? context.now };
}
