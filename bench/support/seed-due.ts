import { connectMongo } from '../../src/adapters/mongo/connection.ts';
import { createSubscriberStore, subscribersOf } from '../../src/adapters/mongo/subscriber-store.ts';
import { activeSubscriber, firstSaveOf, inLanes } from './seed-subscribers.ts';

/** Seeding must end before the renewals fall due; a busy machine saves some hundred a second. */
const leadMsFor = (count: number): number => 5_000 + count * 10;
const lanes = 32;

/** Saves so many subscribers whose periods all end at one instant, and returns before it. */
export async function seedDue(
  mongodbUrl: string,
  count: number,
): Promise<{ readonly dueAt: number; readonly userIds: readonly string[] }> {
  const dueAt = Date.now() + leadMsFor(count);
  const connection = await connectMongo({ url: mongodbUrl, serverSelectionTimeoutMs: 10_000 });
  const store = createSubscriberStore(subscribersOf(connection.models));
  const people = Array.from({ length: count }, () => activeSubscriber(dueAt));
  await inLanes(people, lanes, (one) => store.save(firstSaveOf(one)));
  await connection.close();
  if (Date.now() > dueAt) throw new Error('seeding took longer than the lead');
  return { dueAt, userIds: people.map(({ userId }) => userId) };
}
