import { systemIds } from '../../../src/adapters/system/ids.ts';
import { topicNames } from '../../../src/messages/topics.ts';
import type { PaymentEntry } from '../provider/provider-ledger.ts';
import { isNamed } from './go-back.ts';
import { leftToStaff } from './left-to-staff.ts';
import type { LogRecord } from '../world/message-log.ts';
import type { Outside } from './outside.ts';

/** 13: the document still follows every charge that may succeed. By now the provider denies no charge any more. */
function checkOpenCharge({ world, database, witness }: Outside, { id, key, isPage, status }: PaymentEntry): void {
  if (isPage || status !== 'pending') return;
  const { userId = null, paymentId } = witness.operations.get(key) ?? {};
  const { payment = null, watched = [] } = database.documents.get(userId ?? '')?.subscriber ?? {};
  if (![payment, ...watched].some((followed) => followed?.id === paymentId))
    world.breach('13: every open charge at the provider is followed', userId, id);
}

const subscriptionIn = ({ value }: LogRecord): { readonly id?: string; readonly status?: string } =>
  value?.['subscription'] ?? {};

const numberOf = ({ headers }: LogRecord): number => Number(headers['ce_sequence']);

/**
 * 14: a purchase that readers saw begin, and that no document holds, has ended for them, also since a restore: unless
 * another subscription of the user has been live since (docs/disaster.md).
 */
function checkForgotten({ world, database, witness }: Outside, facts: readonly LogRecord[]): void {
  const newest = new Map<string, { readonly fact: LogRecord; readonly status: string }>();
  for (const fact of facts) {
    const { id, status } = subscriptionIn(fact);
    const last = newest.get(id ?? '')?.fact;
    if (id === undefined || status === undefined || (last !== undefined && numberOf(fact) < numberOf(last))) continue;
    newest.set(id, { fact, status });
  }
  for (const [id, { fact, status }] of newest) {
    const isHeld = database.documents.get(fact.key)?.subscriber.subscription?.id === id;
    const isActive = (later: LogRecord): boolean => {
      if (later.key !== fact.key || numberOf(later) <= numberOf(fact)) return false;
      const other = subscriptionIn(later);
      return other.id !== id && (other.status === 'active' || other.status === 'past_due');
    };
    if (!isHeld && status === 'incomplete' && !(witness.wentBackAt !== null && facts.some(isActive)))
      world.breach('14: no purchase is left open that no document holds', fact.key, { id });
  }
}

/** The facts, without those of purchases that a restore has undone, and whose commands wait until staff replay them (docs/disaster.md). */
function factsToJudge(outside: Outside): readonly LogRecord[] {
  const { log, database, witness } = outside;
  const facts = log.partitionsOf(topicNames.subscriptions).flat();
  if (witness.wentBackAt === null) return facts;
  const waiting = new Set([...leftToStaff(outside)].map((commandId) => systemIds.subscriptionId(String(commandId))));
  return facts.filter((fact) => {
    const { id = '' } = subscriptionIn(fact);
    return !waiting.has(id) || database.documents.get(fact.key)?.subscriber.subscription?.id === id;
  });
}

/** The read models and topics agree with the documents and the provider: history, search and other services need them. */
export function checkReadModels(outside: Outside): void {
  const { world, database, entries, witness } = outside;
  const rows = database.readModels.rows();
  const payments = new Map(rows.flatMap((row) => (row.model === 'payments' ? [[row.id, row] as const] : [])));
  const subscriptions = new Map(
    rows.flatMap((row) => (row.model === 'subscriptions' ? [[row.id, row.row] as const] : [])),
  );
  // Money that came after its payment was given up is refunded. The read models keep only our refund of it.
  const ours = rows.flatMap(({ model, row }) =>
    model === 'refunds' && row.reason !== 'external' && row.reason !== 'chargeback' && row.reason !== 'paid_back'
      ? [row]
      : [],
  );
  const refunded = new Set(ours.map(({ paymentId }) => paymentId));
  // What went back past us counts where it was all of it: then nothing of that money is left.
  const backMinor = new Map<string, number>();
  for (const { model, row } of rows)
    if (model === 'refunds') backMinor.set(row.paymentId, (backMinor.get(row.paymentId) ?? 0) + row.amount.amountMinor);
  const facts = factsToJudge(outside);

  for (const { subscriber } of database.documents.values()) {
    const { userId, subscription } = subscriber;
    if (subscription === null) continue;
    const row = subscriptions.get(subscription.id);
    if (JSON.stringify(row) !== JSON.stringify(subscription)) {
      world.breach('14: the read model of subscriptions is up to date', userId, {
        row: row?.status,
        document: subscription.status,
      });
    }
    const theirs = facts.filter(({ key }) => key === userId);
    const newest = theirs.reduce(
      (last, fact) => (Number(fact.headers['ce_sequence']) >= Number(last?.headers['ce_sequence']) ? fact : last),
      theirs[0],
    );
    const published = newest?.value?.['subscription'] as { readonly id?: string; readonly status?: string } | undefined;
    if (published?.id !== subscription.id || published.status !== subscription.status) {
      world.breach('14: the last fact holds the state', userId, {
        published: published?.status,
        document: subscription.status,
      });
    }
  }
  checkForgotten(outside, facts);
  for (const entry of entries.values()) {
    if (entry.object !== 'payment') continue;
    checkOpenCharge(outside, entry);
    if (entry.status !== 'succeeded' || entry.wrongMinor !== null) continue;
    const operation = witness.operations.get(entry.key);
    const row = payments.get(operation?.paymentId ?? '');
    const captures = database.documents.get(operation?.userId ?? '')?.subscriber.captures ?? [];
    const isKnown =
      row?.row.state === 'succeeded' ||
      refunded.has(operation?.paymentId ?? '') ||
      (backMinor.get(operation?.paymentId ?? '') ?? 0) >= entry.amountMinor ||
      captures.some(({ providerPaymentId }) => providerPaymentId === entry.id) ||
      isNamed(outside, entry);
    if (!isKnown)
      world.breach('13: no money at the provider is unknown to us', operation?.userId ?? null, {
        id: entry.id,
        row: row?.row.state,
      });
  }
}
