import { type CreateIndexesOptions, type Db, MongoServerError } from 'mongodb';
import { Fault } from '../../application/ports/fault.ts';
import { askStore } from './store-fault.ts';

type Index = CreateIndexesOptions & { readonly name: string; readonly key: Record<string, 1 | -1> };

/** Every collection of ours with every index beyond `_id`, and why it is there. */
const indexes: Readonly<Record<string, readonly Index[]>> = {
  subscribers: [
    // The announcing jobs: exactly what is due of the wanted type, in order; the claim is judged inside the index.
    {
      name: 'due_business',
      key: { testClockId: 1, 'announce.business.timer.type': 1, 'announce.business.at': 1, 'announce.notBefore': 1 },
    },
    {
      name: 'due_real',
      key: { 'announce.real.timer.type': 1, 'announce.real.at': 1, 'announce.notBefore': 1 },
      partialFilterExpression: { 'announce.real.at': { $exists: true } },
    },
    // The sweep: holds only the few documents whose outbox is not empty.
    {
      name: 'leftovers',
      key: { 'outbox.0.at': 1 },
      partialFilterExpression: { 'outbox.0.at': { $exists: true } },
    },
  ],
  subscriptions: [{ name: 'of_user', key: { userId: 1, createdAt: -1 } }],
  payments: [
    // The alarm of last resort: a second kept payment for the same period.
    {
      name: 'one_kept_per_period',
      key: { userId: 1, subscriptionId: 1, periodKey: 1 },
      unique: true,
      partialFilterExpression: { kept: true },
    },
    { name: 'history', key: { userId: 1, createdAt: -1, _id: -1 } },
    // Support has the provider's number in hand.
    { name: 'provider_payment', key: { providerPaymentId: 1 }, sparse: true },
  ],
  refunds: [
    { name: 'of_user', key: { userId: 1, createdAt: -1 } },
    { name: 'of_payment', key: { paymentId: 1 } },
  ],
  commands: [{ name: 'of_user', key: { userId: 1, acceptedAt: -1 } }],
  // Is this key blocked, and which of its messages is the oldest.
  parked_messages: [{ name: 'queue', key: { group: 1, key: 1, partition: 1, offset: 1 } }],
  tariffs: [{ name: 'alias', key: { alias: 1 }, unique: true }],
  pay_systems: [{ name: 'alias', key: { alias: 1 }, unique: true }],
  test_clocks: [{ name: 'advancing', key: { status: 1 }, partialFilterExpression: { status: 'advancing' } }],
};

/** Deploy step: makes what is missing and leaves what is there; repeated at will. */
export async function createIndexes(db: Db): Promise<void> {
  const existing = await askStore(() => db.listCollections({}, { nameOnly: true }).toArray());
  const known = new Set(existing.map(({ name }) => name));
  for (const [collection, wanted] of Object.entries(indexes)) {
    if (!known.has(collection)) await createCollection(db, collection);
    await askStore(() => db.collection(collection).createIndexes([...wanted]));
  }
}

const namespaceExists = 48;

/** Two deploy steps may run at once; the second finds what the first has made. */
async function createCollection(db: Db, name: string): Promise<void> {
  try {
    await askStore(() => db.createCollection(name));
  } catch (error) {
    if (!(error instanceof MongoServerError && error.code === namespaceExists)) throw error;
  }
}

/** At service start: without a unique index an invariant has no enforcer, so the service must not run. */
export async function assertIndexes(db: Db): Promise<void> {
  const missing: string[] = [];
  for (const [collection, wanted] of Object.entries(indexes)) {
    const present = new Set(await uniqueIndexNames(db, collection));
    for (const { name, unique } of wanted)
      if (unique === true && !present.has(name)) missing.push(`${collection}.${name}`);
  }
  if (missing.length === 0) return;
  const message = `Unique indexes are missing: ${missing.join(', ')}. Run the deploy step (src/migrate.ts) first.`;
  throw new Fault('indexes_missing', message, { retryable: false });
}

const namespaceNotFound = 26;

async function uniqueIndexNames(db: Db, collection: string): Promise<readonly string[]> {
  try {
    const present = await askStore(() => db.collection(collection).indexes());
    return present.flatMap(({ name, unique }) => (unique === true && name !== undefined ? [name] : []));
  } catch (error) {
    if (error instanceof MongoServerError && error.code === namespaceNotFound) return [];
    throw error;
  }
}
