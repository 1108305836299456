import { MongoServerError } from 'mongodb';
import { trusted } from 'mongoose';
import type { NewerRows, NewerVersions } from '../../application/ports/newer-rows.ts';
import type { Models } from './models/open-models.ts';
import type { RefundRow } from './models/refunds.ts';
import { askStore, duplicateKey } from './store-fault.ts';

const names = ['subscriptions', 'payments', 'refunds', 'receipts', 'commands'] as const;
type Named = { readonly _id: string };

const newer = (userId: string, { above, below }: NewerVersions) => ({ userId, version: { $gt: above, $lt: below } });

/** Their refunds left part of the money with us, so that they pay for their periods: the mark of the refund is lifted. */
async function keepAgain({ payments, refunds }: Models, paymentId: string): Promise<void> {
  const left = await refunds.find({ paymentId, state: trusted({ $ne: 'failed' }) }).lean<RefundRow[]>();
  const backMinor = left.reduce((sum, { amount }) => sum + amount.amountMinor, 0);
  const filter = { _id: paymentId, refunded: true, 'amount.amountMinor': trusted({ $gt: backMinor }) };
  const isHonoured = { $and: [{ $eq: ['$state', 'succeeded'] }, { $eq: ['$watchedBecause', null] }] };
  const kept = { $and: [isHonoured, { $ne: ['$place', 'watched'] }, { $ne: ['$duplicate', true] }] };
  await payments.collection
    .updateOne(filter as never, [{ $set: { refunded: false, kept } }])
    // Another payment is kept for its period.
    .catch((error: unknown) => {
      if (!(error instanceof MongoServerError) || error.code !== duplicateKey) throw error;
    });
}

/** Rows that are newer than a restored document. `usersSince` reads every row, which only a restore does. */
export const createNewerRows = (models: Models): NewerRows => ({
  usersSince: async function* (since) {
    for (const name of names) {
      const written = [{ $match: { updatedAt: { $gte: new Date(since) } } }, { $group: { _id: '$userId' } }];
      const users = models[name].collection.aggregate<Named>(written, { allowDiskUse: true });
      for await (const { _id } of users) yield _id;
    }
  },
  makeOld: (userId, versions, named) =>
    askStore(async () => {
      let count = 0;
      for (const name of names) {
        const ids = named.flatMap(({ model, id }) => (model === name ? [id] : []));
        const filter = { ...newer(userId, versions), _id: { $in: ids } };
        const { modifiedCount } = await models[name].collection.updateMany(filter as never, { $set: { version: 0 } });
        count += modifiedCount;
      }
      return count;
    }),
  remove: (userId, versions) =>
    askStore(async () => {
      const filter = newer(userId, versions);
      const refunded = await models.refunds.collection.distinct('paymentId', filter);
      let count = 0;
      for (const name of names) count += (await models[name].collection.deleteMany(filter)).deletedCount;
      for (const paymentId of refunded) await keepAgain(models, String(paymentId));
      return count;
    }),
});
