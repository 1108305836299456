import { dayMs, hourMs } from '../../../src/domain/model/instant.ts';
import { wasMadeBefore } from './go-back.ts';
import type { Saved } from './saved.ts';

/** By the promise, not by the policy that is under test. */
const pagesMax = 15;
/** What is surely one day, by clocks that differ. */
const windowMs = dayMs - hourMs;

/** 38: no page is opened beyond fifteen in a day, to pay on or to add a method. */
export function checkPageLimit({ world, witness, userId, before, after }: Saved): void {
  const { payment, binding } = after;
  const isPage = payment?.kind === 'checkout' && payment.id !== before?.payment?.id;
  // What a restored document takes was opened before.
  const isNewPayment = isPage && !wasMadeBefore(witness, payment);
  const isNewBinding = binding !== null && binding.id !== before?.binding?.id;
  if (!isNewPayment && !isNewBinding) return;
  const now = world.scheduler.now();
  const today = [...(witness.pagesOpened.get(userId) ?? []).filter((at) => at > now - windowMs), now];
  witness.pagesOpened.set(userId, today);
  if (today.length > pagesMax) world.breach('38: no page beyond fifteen in a day', userId, today.length);
}
