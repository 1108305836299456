import type { ProviderList } from '../../application/ports/provider-list.ts';
import type { ReadPage } from './list-page.ts';
import { paySystem } from './pay-system.ts';

/** The provider's list behind the port. */
export const createProviderList = (readPage: ReadPage): ProviderList => ({
  paySystem,
  page: async (query, cursor, correlationId) => {
    const page = await readPage(query, cursor, correlationId);
    if (page.kind === 'unavailable') return page;
    return { ...page, unreadable: page.unreadable.map(({ id }) => id) };
  },
});
