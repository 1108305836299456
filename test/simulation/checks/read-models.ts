import { topicNames } from '../../../src/messages/topics.ts';
import type { PaymentEntry } from '../provider/provider-ledger.ts';
import type { Outside } from './outside.ts';

/** 13: a charge that may still succeed is one that we still ask about; what the provider denied has been shown by now. */
function checkOpenCharge({ world, database, witness }: Outside, { id, key, isPage, status }: PaymentEntry): void {
  if (isPage || status !== 'pending') return;
  const { userId = null, paymentId } = witness.operations.get(key) ?? {};
  const { payment = null, watched = [] } = database.documents.get(userId ?? '')?.subscriber ?? {};
  if (![payment, ...watched].some((followed) => followed?.id === paymentId))
    world.breach('13: no open charge at the provider is out of sight', userId, id);
}

/** The read models and the topics say what the documents and the provider say: history, search and strangers rest on it. */
export function checkLedgers(outside: Outside): void {
  const { world, database, log, entries, witness } = outside;
  const rows = database.ledgers.rows();
  const payments = new Map(rows.flatMap((row) => (row.model === 'payments' ? [[row.id, row] as const] : [])));
  const subscriptions = new Map(
    rows.flatMap((row) => (row.model === 'subscriptions' ? [[row.id, row.row] as const] : [])),
  );
  // Money that came after we had given up on it goes back, and its refund is all that the ledgers keep of it.
  const refunded = new Set(rows.flatMap((row) => (row.model === 'refunds' ? [row.row.paymentId] : [])));
  const facts = log.partitionsOf(topicNames.subscriptions).flat();

  for (const { subscriber } of database.documents.values()) {
    const { userId, subscription } = subscriber;
    if (subscription === null) continue;
    const row = subscriptions.get(subscription.id);
    if (JSON.stringify(row) !== JSON.stringify(subscription)) {
      world.breach('14: the ledger of subscriptions is up to date', userId, {
        row: row?.status,
        document: subscription.status,
      });
    }
    const ours = facts.filter(({ key }) => key === userId);
    const newest = ours.reduce(
      (last, fact) => (Number(fact.headers['ce_sequence']) >= Number(last?.headers['ce_sequence']) ? fact : last),
      ours[0],
    );
    const told = newest?.value?.['subscription'] as { readonly id?: string; readonly status?: string } | undefined;
    if (told?.id !== subscription.id || told.status !== subscription.status) {
      world.breach('14: the last fact tells the state', userId, { told: told?.status, document: subscription.status });
    }
  }
  for (const entry of entries.values()) {
    if (entry.object !== 'payment') continue;
    checkOpenCharge(outside, entry);
    if (entry.status !== 'succeeded' || entry.wrongMinor !== null) continue;
    const operation = witness.operations.get(entry.key);
    const row = payments.get(operation?.paymentId ?? '');
    const settled = database.documents.get(operation?.userId ?? '')?.subscriber.captures ?? [];
    const isKnown =
      row?.row.state === 'succeeded' ||
      refunded.has(operation?.paymentId ?? '') ||
      settled.some(({ providerPaymentId }) => providerPaymentId === entry.id);
    if (!isKnown)
      world.breach('13: no money at the provider is unknown to us', operation?.userId ?? null, {
        id: entry.id,
        row: row?.row.state,
      });
  }
}
