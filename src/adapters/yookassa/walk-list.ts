import { secondMs } from '../../domain/model/instant.ts';
import type { ListedPage, ListFilter, ReadPage } from './list-page.ts';

/** 5,000 objects. It bounds a cursor that repeats itself; a stretch that has more is read in halves. */
const pagesMax = 50;
/** No shop creates 5,000 objects in so short a time. */
const stretchMsMin = secondMs;
const tooManyPages = 'too_many_pages';

export type Page = Extract<ListedPage, { kind: 'page' }>;
export type Walk = {
  readonly visit: (page: Page) => void;
  readonly correlationId: string;
};

/** Visits every page. Null when all of them were read, otherwise why not. */
export async function walkList(readPage: ReadPage, filter: ListFilter, walk: Walk): Promise<string | null> {
  let cursor: string | null = null;
  for (let count = 0; count < pagesMax; count += 1) {
    const page: ListedPage = await readPage(filter, cursor, walk.correlationId);
    if (page.kind === 'unavailable') return page.reason;
    walk.visit(page);
    cursor = page.nextCursor;
    if (cursor === null) return null;
  }
  return tooManyPages;
}

type Stretch = Extract<ListFilter, { from: number }>;

/** The same for a stretch of any number of pages. An object may be visited twice. */
export async function walkStretch(readPage: ReadPage, stretch: Stretch, walk: Walk): Promise<string | null> {
  const { from, to } = stretch;
  const reason = await walkList(readPage, stretch, walk);
  if (reason !== tooManyPages || to - from <= stretchMsMin) return reason;
  const middle = from + Math.floor((to - from) / 2);
  const earlier = await walkStretch(readPage, { ...stretch, to: middle }, walk);
  return earlier ?? walkStretch(readPage, { ...stretch, from: middle }, walk);
}
