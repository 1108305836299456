import type { Collection } from 'mongodb';
import type { AccessPages } from '../../application/ports/access-pages.ts';
import { askStore } from './store-fault.ts';
import type { SubscriberDocument } from './subscriber-document.ts';

/** Walks the documents by their ids, and leaves out those without access: most documents have some. */
export const createAccessPages =
  (subscribers: Collection<SubscriberDocument>): AccessPages =>
  (after, limit) =>
    askStore(async () => {
      const documents = await subscribers
        .find({ entitlement: { $ne: null }, ...(after === null ? {} : { _id: { $gt: after } }) })
        .project<Pick<SubscriberDocument, '_id' | 'entitlement' | 'entitlementSeq'>>({
          entitlement: 1,
          entitlementSeq: 1,
        })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray();
      return documents.flatMap(({ _id: userId, entitlement, entitlementSeq: sequence }) =>
        entitlement === null ? [] : [{ userId, entitlement, sequence }],
      );
    });
