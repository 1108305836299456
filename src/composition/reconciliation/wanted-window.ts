import { dayMs, type Instant } from '../../domain/model/instant.ts';
import { youngMs } from '../../domain/reconciliation/compare-payment.ts';
import { namedInstant } from '../command-line/named-instant.ts';

/** Refunds are possible for three years, and nothing older changes. */
const reachMsMax = 3 * 366 * dayMs;

type Window = { readonly from: Instant; readonly to: Instant };

/** The window that a person names, without what may still be under way; or a sentence that says why there is none. */
export function wantedWindow(named: { readonly from: string; readonly to: string }, now: Instant): Window | string {
  const [from, to] = [namedInstant(named.from), Math.min(namedInstant(named.to), now - youngMs)];
  if (Number.isNaN(from)) return `There is no such time as ${named.from}.`;
  if (Number.isNaN(to)) return `There is no such time as ${named.to}.`;
  if (from >= to) return '--from must be before --to, and older than five minutes.';
  if (to - from > reachMsMax) return 'The window must not be longer than three years.';
  return { from, to };
}
