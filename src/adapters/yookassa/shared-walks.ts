import { hourMs, type Instant } from '../../domain/model/instant.ts';
import type { ProviderObject } from '../../domain/model/provider.ts';
import type { ReadPage } from './list-page.ts';
import { type Page, walkStretch } from './walk-list.ts';

/** All searches ask for the same stretches, so that those of one outage can share their pages. */
export const stretchMs = hourMs;

/** What a walk saw of one payment. `unread`: why the walk proves no absence; null when it read everything. */
export type Seen = { readonly found: readonly ProviderObject[]; readonly unread: string | null };
type Sought = { readonly found: ProviderObject[]; isUnreadable: boolean };
type SharedWalk = { readonly sought: Map<string, Sought>; readonly end: Promise<string | null> };

function note(sought: ReadonlyMap<string, Sought>, { objects, unreadable }: Page): void {
  for (const object of objects) sought.get(object.metadata.paymentId ?? '')?.found.push(object);
  for (const { paymentId } of unreadable) {
    const one = sought.get(paymentId ?? '');
    if (one !== undefined) one.isUnreadable = true;
  }
}

export type SharedWalks = (paymentId: string, from: Instant, correlationId: string) => Promise<Seen>;

/**
 * Looks for payments in the stretch of the list that begins at `from`. All that ask while one walk is under way share the
 * next one. So a stretch costs one walk at a time, however many payments are sought in it. A walk that began before the
 * question was asked never answers it: an absence counts from the question on.
 */
export function createSharedWalks(readPage: ReadPage): SharedWalks {
  const waiting = new Map<Instant, SharedWalk>();
  const last = new Map<Instant, Promise<string | null>>();

  const plan = (from: Instant, correlationId: string): SharedWalk => {
    const sought = new Map<string, Sought>();
    const begin = (): Promise<string | null> => {
      waiting.delete(from);
      const visit = (page: Page): void => note(sought, page);
      const stretch = { object: 'payment', from, to: from + stretchMs } as const;
      return walkStretch(readPage, stretch, { visit, correlationId });
    };
    const end = (last.get(from) ?? Promise.resolve(null)).then(begin, begin).finally(() => {
      if (last.get(from) === end) last.delete(from);
    });
    const walk = { sought, end };
    waiting.set(from, walk);
    last.set(from, end);
    return walk;
  };

  return async (paymentId, from, correlationId) => {
    const { sought, end } = waiting.get(from) ?? plan(from, correlationId);
    const one = sought.get(paymentId) ?? { found: [], isUnreadable: false };
    sought.set(paymentId, one);
    const unread = await end;
    return { found: one.found, unread: unread ?? (one.isUnreadable ? 'invalid_answer' : null) };
  };
}
