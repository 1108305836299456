import { dayMs, hourMs } from '../../../src/domain/model/instant.ts';
import type { ProviderServer } from '../provider/provider-server.ts';
import { wasMadeBefore } from './go-back.ts';
import type { Saved } from './saved.ts';

/** By the promise, not by the policy that is under test. */
const pagesMax = 15;
/** What is surely one day, by clocks that differ. */
const windowMs = dayMs - hourMs;

/**
 * 38: no page is opened beyond fifteen in a day, to pay on or to add a method. One that has ended and that the provider has
 * never had is no page.
 */
export function checkPageLimit(check: Saved & Pick<ProviderServer, 'bindings'>): void {
  const { world, witness, entries, bindings, userId, before, after } = check;
  const { payment, binding } = after;
  const isPage = payment?.kind === 'checkout' && payment.id !== before?.payment?.id;
  // What a restored document takes was opened before.
  const isNewPayment = isPage && !wasMadeBefore(witness, payment);
  const isNewBinding = binding !== null && binding.id !== before?.binding?.id;
  const opened = isNewPayment ? payment : isNewBinding ? binding : null;
  if (opened === null) return;
  const now = world.scheduler.now();
  const made = new Set([...entries.values(), ...bindings.values()].map(({ key }) => key));
  const open = new Set([after.payment, ...after.watched, binding].map((one) => one?.send.idempotenceKey));
  const known = (witness.pagesOpened.get(userId) ?? []).filter(({ at }) => at > now - windowMs);
  const today = known.filter(({ key }) => made.has(key) || open.has(key));
  const pages = [...today, { at: now, key: opened.send.idempotenceKey }];
  witness.pagesOpened.set(userId, pages);
  if (pages.length > pagesMax) world.breach('38: no page beyond fifteen in a day', userId, pages.length);
}
