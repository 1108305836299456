import type { ProviderList } from '../../src/application/ports/provider-list.ts';
import type { ProviderObject } from '../../src/domain/model/provider.ts';

export type FakeProviderList = ProviderList & {
  /** How many of the next pages get no answer. */
  readonly failPages: (times: number) => void;
  /** Why pages of this stretch of time get no answer from now on; null for those that get one. */
  readonly failWhere: (reasonOf: (slice: { readonly from: number; readonly to: number }) => string | null) => void;
  /** How many pages were read. */
  readonly pages: () => number;
};

/** The provider's list over the objects that a test has, oldest first, in small pages. */
export function createFakeProviderList(objects: () => readonly ProviderObject[], pageMax = 3): FakeProviderList {
  let failing = 0;
  let failsWhere: Parameters<FakeProviderList['failWhere']>[0] = () => null;
  let pages = 0;
  return {
    paySystem: 'yookassa',
    failPages: (times) => void (failing = times),
    failWhere: (reasonOf) => void (failsWhere = reasonOf),
    pages: () => pages,
    page: ({ object, from, to }, cursor) => {
      const reason = failsWhere({ from, to });
      if (reason !== null) return Promise.resolve({ kind: 'unavailable', reason });
      if (failing > 0) {
        failing -= 1;
        return Promise.resolve({ kind: 'unavailable', reason: 'econnreset' });
      }
      pages += 1;
      const start = Number(cursor ?? 0);
      const meant = objects().filter(
        (candidate) => candidate.object === object && candidate.createdAt >= from && candidate.createdAt < to,
      );
      const nextCursor = start + pageMax < meant.length ? String(start + pageMax) : null;
      return Promise.resolve({
        ...{ kind: 'page' as const, unreadable: [], nextCursor },
        objects: meant.slice(start, start + pageMax),
      });
    },
  };
}
