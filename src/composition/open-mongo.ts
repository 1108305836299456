import { createAccessPages } from '../adapters/mongo/access-pages.ts';
import { createAudit } from '../adapters/mongo/audit.ts';
import { createReadBacklog } from '../adapters/mongo/backlog.ts';
import { createBlockedKeys } from '../adapters/mongo/blocked-keys.ts';
import { createBooks } from '../adapters/mongo/books.ts';
import { createCatalogue } from '../adapters/mongo/catalogue.ts';
import { connectMongo } from '../adapters/mongo/connection.ts';
import { createDeadLetters } from '../adapters/mongo/dead-letters.ts';
import { assertEncryptionKeys } from '../adapters/mongo/encryption-key-mark.ts';
import { assertRestored, createEpochs } from '../adapters/mongo/epochs.ts';
import { assertIndexes } from '../adapters/mongo/indexes.ts';
import { createNewerRows } from '../adapters/mongo/newer-rows.ts';
import { createPastLookups, createHistoryWriter } from '../adapters/mongo/read-models.ts';
import { createProviderBudget } from '../adapters/mongo/provider-budget.ts';
import { createPaymentHistory } from '../adapters/mongo/history.ts';
import { createNoticeReports } from '../adapters/mongo/notice-reports.ts';
import { createSharedCounts } from '../adapters/mongo/shared-counts.ts';
import { createSubscriptionHistory } from '../adapters/mongo/subscription-history.ts';
import { createReconciliationWalks } from '../adapters/mongo/reconciliation-walks.ts';
import { createSubscriberStore, subscribersOf } from '../adapters/mongo/subscriber-store.ts';
import { createWorkList } from '../adapters/mongo/work-list.ts';
import { createTestClocks } from '../adapters/mongo/test-clocks.ts';
import { assertTimeZone } from '../adapters/mongo/time-zone-mark.ts';
import { systemClock } from '../adapters/system/clock.ts';
import type { AccessPages } from '../application/ports/access-pages.ts';
import type { Audit } from '../application/ports/audit.ts';
import type { ReadBacklog } from '../application/ports/backlog.ts';
import type { BlockedKeys } from '../application/ports/blocked-keys.ts';
import type { Books } from '../application/ports/books.ts';
import type { Catalogue } from '../application/ports/catalogue.ts';
import type { DeclaredRestore, Epochs } from '../application/ports/epochs.ts';
import type { NewerRows } from '../application/ports/newer-rows.ts';
import type { DeadLetters } from '../application/ports/dead-letters.ts';
import type { NoticeReports } from '../application/ports/notice-reports.ts';
import type { PaymentHistory } from '../application/ports/history.ts';
import type { HistoryWriter } from '../application/ports/outbox.ts';
import type { ProviderBudget } from '../application/ports/provider-budget.ts';
import type { ReconciliationWalks } from '../application/ports/reconciliation-walks.ts';
import type { PastLookups, SubscriberStore } from '../application/ports/subscriber-store.ts';
import type { SharedCounts } from '../application/ports/shared-counts.ts';
import type { SubscriptionHistory } from '../application/ports/subscription-history.ts';
import type { WorkList } from '../application/ports/work-list.ts';
import type { TestClocks } from '../application/ports/test-clocks.ts';
import type { Payment } from '../domain/model/payment.ts';
import { awaitNeeds } from './await-needs.ts';
import { encryptionKeyDigests } from './encryption-key-digest.ts';
import type { ProcessContext } from './run-process.ts';

/** Called for a second kept payment of a period, which the unique index of the read model refused. */
export type DuplicateAlarm = (userId: string, payment: Payment) => Promise<void>;

export type Mongo = {
  readonly store: SubscriberStore;
  readonly readModels: HistoryWriter;
  readonly decisions: PastLookups;
  readonly newerRows: NewerRows;
  readonly books: Books;
  readonly walks: ReconciliationWalks;
  readonly epochs: Epochs;
  /** The last declared restore, at the start of the process. */
  readonly restored: DeclaredRestore | null;
  readonly catalogue: Catalogue;
  readonly history: PaymentHistory;
  readonly subscriptionHistory: SubscriptionHistory;
  readonly testClocks: TestClocks;
  readonly blockedKeys: BlockedKeys;
  readonly deadLetters: DeadLetters;
  readonly audit: Audit;
  readonly noticeReports: NoticeReports;
  readonly workList: WorkList;
  readonly readBacklog: ReadBacklog;
  readonly accessPages: AccessPages;
  readonly providerBudget: ProviderBudget;
  readonly sharedCounts: SharedCounts;
  /** Whether the primary answers now. */
  readonly answers: () => Promise<boolean>;
};

/** `isRestoring`: the process completes a restore, before which no other one starts. */
export type Restoring = { readonly isRestoring?: true };

/**
 * Opens MongoDB. Waits for it and for a missing unique index, and fails when they do not come, the database was prepared with
 * another encryption key or time zone, or a restore is not complete.
 */
export async function openMongo(
  context: Pick<ProcessContext, 'config' | 'closers' | 'log' | 'waitsForNeeds'> & Restoring,
  serverSelectionTimeoutMs: number,
  onDuplicate: DuplicateAlarm = () => Promise.resolve(),
): Promise<Mongo> {
  const { config, closers, log } = context;
  const connection = await awaitNeeds(context, systemClock, () =>
    connectMongo({ url: config.MONGODB_URL, serverSelectionTimeoutMs }),
  );
  closers.add('mongodb', () => connection.close());
  const { models } = connection;
  await awaitNeeds(context, systemClock, async () => {
    await assertIndexes(models);
    await assertEncryptionKeys(models, encryptionKeyDigests(config));
    await assertTimeZone(models, config.BUSINESS_TIME_ZONE);
  });
  const epochs = createEpochs(models);
  const restored = await epochs.load();
  if (context.isRestoring !== true) assertRestored(restored);
  return {
    ...{ epochs, restored },
    store: createSubscriberStore(subscribersOf(models)),
    readModels: createHistoryWriter(models, (row) => onDuplicate(row.userId, row.row)),
    decisions: createPastLookups(models),
    newerRows: createNewerRows(models),
    books: createBooks(models),
    walks: createReconciliationWalks(models),
    catalogue: createCatalogue(models, { clock: systemClock, log }),
    history: createPaymentHistory(models),
    subscriptionHistory: createSubscriptionHistory(models),
    testClocks: createTestClocks(models),
    blockedKeys: createBlockedKeys(models),
    deadLetters: createDeadLetters(models),
    audit: createAudit(models),
    noticeReports: createNoticeReports(models),
    workList: createWorkList(models),
    readBacklog: createReadBacklog(models),
    accessPages: createAccessPages(subscribersOf(models)),
    providerBudget: createProviderBudget(models),
    sharedCounts: createSharedCounts(models),
    answers: () =>
      connection.ping().then(
        () => true,
        () => false,
      ),
  };
}
