import { type Operation, operationsOf, providerIdOf } from '../../../src/domain/payment/operation.ts';
import { mayBeResolved } from '../../../src/domain/payment/resolve-operation.ts';
import { mayBeRetried } from '../../../src/domain/model/payment-states.ts';
import type { Subscriber } from '../../../src/domain/model/subscriber.ts';
import { hourMs } from '../../../src/domain/model/instant.ts';
import type { Known, Resolving } from '../../support/commands.ts';
import type { Random } from './random.ts';
import type { Entry } from '../provider/provider-ledger.ts';

/** Longer than a request can be on its way, and than the clocks differ: what is not there then will not come. */
const certainAfterMs = hourMs;

type Moment = { readonly now: number; readonly random: Random };

/** What the provider has for an operation. */
const entryOf = ({ kind, entry }: Operation, entries: readonly Entry[]): Entry | undefined =>
  entries.find((one) =>
    kind === 'payment'
      ? one.object === 'payment' && one.metadata['payment_id'] === entry.id
      : one.object === 'refund' && one.key === entry.send.idempotenceKey,
  );

/** What a careful person reads in the provider's cabinet; null while they cannot be sure. */
function seenInCabinet(operation: Operation, entries: readonly Entry[], { now, random }: Moment): Resolving | null {
  const { id, send } = operation.entry;
  const found = entryOf(operation, entries);
  const result = (checkResult: Resolving['checkResult'], providerObjectId: string | null): Resolving => ({
    ...{ paymentId: id, checkResult, providerObjectId, reason: 'seen in the cabinet' },
  });
  if (now - (send.lastSentAt ?? now) < certainAfterMs) return null;
  if (found === undefined) return result('absent', null);
  // The provider denies it, so a person cannot know better. Its notification comes later, and surely.
  if (found.object === 'payment' && found.wasHidden && found.status === 'pending')
    return result(random.pick(['absent', 'failed']), null);
  // Also money of another amount than was asked for: a person has decided that it counts.
  if (found.status === 'succeeded') return result('succeeded', providerIdOf(operation) === null ? found.id : null);
  return found.status === 'canceled' ? result('failed', found.id) : null;
}

/** The operation that a member of staff would resolve now; null when there is none. */
export function toResolve(subscriber: Subscriber | null, entries: readonly Entry[], moment: Moment): Resolving | null {
  if (subscriber === null) return null;
  const open = operationsOf(subscriber).filter(mayBeResolved);
  return open.map((operation) => seenInCabinet(operation, entries, moment)).find((seen) => seen !== null) ?? null;
}

/** Any payment of the user that the provider has taken, also one that the document has forgotten; null when there is none. */
export function toRefund(userId: string, entries: readonly Entry[], random: Random): ReturnType<Known['toRefund']> {
  const paid = entries.filter(
    (entry) => entry.object === 'payment' && entry.status === 'succeeded' && entry.metadata['user_id'] === userId,
  );
  const chosen = paid[random.integer(0, paid.length - 1)];
  const paymentId = chosen?.metadata['payment_id'];
  return chosen === undefined || paymentId === undefined ? null : { paymentId, amountMinor: chosen.amountMinor };
}

/** A refund that failed, as far as the document shows one, and else some part of any payment. */
export function toPayBack(
  subscriber: Subscriber | null,
  userId: string,
  entries: readonly Entry[],
  random: Random,
): ReturnType<Known['toPayBack']> {
  const reason = 'paid to their account';
  const failed = subscriber?.refunds.find(mayBeRetried);
  if (failed !== undefined) return { paymentId: failed.id, amountMinor: null, reason };
  const paid = toRefund(userId, entries, random);
  if (paid === null) return null;
  const amountMinor = random.chance(0.3) ? null : random.integer(1, paid.amountMinor);
  return { paymentId: paid.paymentId, amountMinor, reason };
}
