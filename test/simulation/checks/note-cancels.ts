import { hourMs } from '../../../src/domain/model/instant.ts';
import type { Subscriber } from '../../../src/domain/model/subscriber.ts';
import { grantsAccess } from '../../../src/domain/model/subscription-questions.ts';
import type { Saved } from './saved.ts';

const liveOf = (state: Subscriber | null) =>
  state !== null && grantsAccess(state.subscription) ? state.subscription : null;

/** Whether and when the subscription ends, as far as it is known. */
const termsOfEnd = (state: Subscriber | null): string =>
  JSON.stringify([state?.subscription?.status, liveOf(state)?.cancelAtPeriodEnd, liveOf(state)?.term.periodEnd]);

/** For 8: records which subscription a cancel was about, and when the API accepted it. */
export function noteCancels(
  { world, witness, userId, before, after }: Saved,
  commands: ReadonlyMap<string, { readonly mode?: string }>,
): void {
  const isKnown = (id: string): boolean => before?.commands.some((entry) => entry.id === id) ?? false;
  const fresh = after.commands.find((entry) => !isKnown(entry.id));
  if (fresh === undefined) return;
  const mode = commands.get(fresh.id)?.mode;
  world.visit(
    'command',
    `${before?.subscription?.status ?? 'none'} × ${fresh.type}${mode === undefined ? '' : ` ${mode}`}`,
  );
  const subscription = before?.subscription;
  const { id: commandId, acceptedAt } = fresh;
  const { payment } = after;
  // Also of a purchase that will replace another subscription.
  if (payment?.purchase != null && payment.id !== before?.payment?.id)
    witness.orderedAt.set(payment.purchase.subscriptionId, acceptedAt);
  if (subscription == null) return;
  if (fresh.type !== 'subscription.cancel' || mode === undefined) return;
  // What was accepted long before the subscription was ordered is not about it. Clocks differ by less than an hour.
  if (acceptedAt < (witness.orderedAt.get(subscription.id) ?? 0) - hourMs) {
    if (liveOf(before) !== null) world.visit('race', 'a cancel that comes after a later purchase');
    if (termsOfEnd(before) !== termsOfEnd(after))
      world.breach('13: a cancel ends nothing that was bought after it', userId, { commandId, acceptedAt });
    return;
  }
  witness.cancels.push({ commandId, subscriptionId: subscription.id, mode, acceptedAt, undoneAt: null });
}
