import { dayMs, hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import type { Outside } from './outside.ts';

/** By the promise, not by the policy that is under test. */
const lateMs = 3 * dayMs;

/** 31: what is said about a receipt is what the register did, and each is read until it is known. */
export function checkReceipts({ world, database, entries }: Outside): void {
  const now = world.scheduler.now();
  const documents = [...database.documents.values()].map(({ subscriber }) => subscriber);
  const followed = new Set(documents.flatMap(({ receipts }) => receipts.map(({ id }) => id)));
  for (const row of database.readModels.rows()) {
    if (row.model !== 'receipts') continue;
    const { state, since, failed, providerObjectId } = row.row;
    const registration = entries.get(providerObjectId)?.registration;
    const isRegistered = registration?.end === 'succeeded' && registration.at <= now;
    if (state === 'pending' && !followed.has(row.id))
      world.breach('31: a receipt is followed until it is registered or has failed', row.userId, row.row);
    if (state === 'registered' && !isRegistered)
      world.breach('31: a receipt is registered when the register says so', row.userId, row.row);
    if (state === 'failed' && failed === 'canceled' && registration?.end !== 'canceled')
      world.breach('31: a receipt fails when the register says so', row.userId, row.row);
    if (state === 'failed' && failed === 'late' && now - since < lateMs)
      world.breach('31: a receipt is late after three days', row.userId, row.row);
  }
  for (const { userId, receipts } of documents) {
    for (const receipt of receipts) {
      const isUnread = receipt.nextReadAt + hourMs + 10 * minuteMs < now;
      const isUnreported = receipt.failed === null && receipt.since + lateMs + 2 * dayMs < now;
      if (isUnread || isUnreported) world.breach('31: a receipt is followed', userId, receipt);
    }
  }
}
