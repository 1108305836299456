import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Db } from 'mongodb';
import type { MongoConnection } from '../../src/adapters/mongo/connection.ts';
import { createSubscriberStore, subscribersOf } from '../../src/adapters/mongo/subscriber-store.ts';
import type { Command, Document, Evidence, PastPayment, RefundRow, ProviderObject } from './evidence.ts';
import { openKafka, readLog } from './read-log.ts';

type Loose = Readonly<Record<string, unknown>>;
const looseOf = (value: unknown): Loose => (typeof value === 'object' && value !== null ? (value as Loose) : {});
const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const minorOf = (amount: unknown): number => Number(looseOf(amount)['amountMinor']);
/** The provider's decimal text in kopecks. */
const minorOfDecimal = (amount: unknown): number => Math.round(Number(looseOf(amount)['value']) * 100);

async function providerObjects(sandbox: string): Promise<readonly ProviderObject[]> {
  const answer = await fetch(`${sandbox}/_sandbox/ledger`);
  const ledger = (await answer.json()) as { payments: readonly Loose[]; refunds: readonly Loose[] };
  const objectOf =
    (kind: 'payment' | 'refund') =>
    (object: Loose): ProviderObject => ({
      id: String(object['id']),
      kind,
      status: String(object['status']),
      amountMinor: minorOfDecimal(object['amount']),
      ofPayment: kind === 'refund' ? String(object['payment_id']) : null,
      ourPaymentId: String(looseOf(object['metadata'])['payment_id']),
      userId: String(looseOf(object['metadata'])['user_id']),
    });
  return [...ledger.payments.map(objectOf('payment')), ...ledger.refunds.map(objectOf('refund'))];
}

async function documentsOf({ db, models }: MongoConnection): Promise<readonly Document[]> {
  const store = createSubscriberStore(subscribersOf(models));
  const rows = await db.collection<{ _id: string; now: number }>('test_clocks').find().toArray();
  const clocks = new Map(rows.map(({ _id, now }) => [_id, now]));
  const ids = await subscribersOf(models)
    .find({}, { projection: { _id: 1 } })
    .toArray();
  const documents: Document[] = [];
  for (const { _id } of ids) {
    const stored = await store.load(_id);
    if (stored === null) continue;
    const now = clocks.get(stored.subscriber.testClockId ?? '') ?? Date.now();
    documents.push({ subscriber: stored.subscriber, outbox: stored.outbox.length, now });
  }
  return documents;
}

const paymentOf = (row: Loose): PastPayment => ({
  id: String(row['_id']),
  userId: String(row['userId']),
  providerPaymentId: textOrNull(row['providerPaymentId']),
  state: String(row['state']),
  amountMinor: minorOf(row['amount']),
  subscriptionId: String(row['subscriptionId']),
  periodKey: String(row['periodKey']),
});

const refundOf = (row: Loose): RefundRow => ({
  id: String(row['_id']),
  providerRefundId: textOrNull(row['providerRefundId']),
  state: String(row['state']),
  amountMinor: minorOf(row['amount']),
});

const commandOf = (row: Loose): Command => ({
  id: String(row['_id']),
  outcome: textOrNull(looseOf(row['outcome'])['kind']),
});

export async function commandsOf(db: Db): Promise<readonly Command[]> {
  return (await db.collection('commands').find().toArray()).map(commandOf);
}

/** The log files of all lives of all processes. */
function logsOf(folders: readonly string[]): Evidence['texts'] {
  const paths = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name))),
  );
  return paths
    .filter((path) => statSync(path).isFile())
    .map((path) => ({ where: path, text: readFileSync(path, 'utf8') }));
}

/** Everything that the checks need, read from outside: provider, database, log, log files. */
export async function gather(
  mongo: MongoConnection,
  from: { readonly sandbox: string; readonly brokers: string; readonly logs: readonly string[] },
): Promise<Omit<Evidence, 'history' | 'canaries'>> {
  const { db } = mongo;
  const { facts, texts } = await readLog(openKafka(from.brokers));
  return {
    provider: await providerObjects(from.sandbox),
    payments: (await db.collection('payments').find().toArray()).map(paymentOf),
    refunds: (await db.collection('refunds').find().toArray()).map(refundOf),
    commands: await commandsOf(db),
    documents: await documentsOf(mongo),
    facts,
    texts: [...texts, ...logsOf(from.logs)],
  };
}
