import type { SubscriberSave } from '../../../src/application/ports/subscriber-store.ts';
import type { ProviderNumbers } from '../../../src/domain/model/provider-numbers.ts';
import type { Refund } from '../../../src/domain/model/payment.ts';
import type { Subscriber } from '../../../src/domain/model/subscriber.ts';
import type { Term } from '../../../src/domain/model/subscription.ts';
import type { Tariff } from '../../../src/domain/model/tariff.ts';
import { keptMinor } from '../provider/provider-ledger.ts';
import { startAfter } from './calendar.ts';
import { isNamed } from './go-back.ts';
import type { Outside } from './outside.ts';
import type { PaidPeriod, Witness } from './witness.ts';

type Left = {
  readonly id: string;
  readonly term: Readonly<Record<keyof Term, string & number>>;
  readonly tariff: Tariff;
  readonly endedAt: string;
};
type Seen = Pick<Outside, 'world' | 'witness' | 'entries'>;
type Requested = {
  readonly paymentId: string;
  readonly refundNo?: number;
  readonly reason: string;
  readonly amount: { readonly amountMinor: number };
};

export const promisedMinor = ({ promised }: Witness, paymentId: string): number =>
  [...(promised.get(paymentId)?.values() ?? [])].reduce((sum, minor) => sum + minor, 0);

/** What is not used of a period, by the second calendar: the price without the used part, which is rounded down. */
function unusedOf(
  { from, end }: PaidPeriod,
  paid: { readonly priceMinor: number; readonly at: number; readonly leftMinor: number },
  { minRefundMinor, remainderMinMinor }: ProviderNumbers,
): number {
  const { priceMinor, at, leftMinor } = paid;
  const usedMs = BigInt(Math.max(0, at - from));
  const backMinor = Math.min(leftMinor, priceMinor - Number((BigInt(priceMinor) * usedMs) / BigInt(end - from)));
  if (backMinor < minRefundMinor) return 0;
  return leftMinor - backMinor < remainderMinMinor ? leftMinor : backMinor;
}

/** The number that the next refund of the payment has. */
function nextNo({ promised }: Witness, paymentId: string): number {
  const numbers = [...(promised.get(paymentId)?.keys() ?? [])].filter((name) => /^\d{1,2}$/.test(name));
  return 1 + Math.max(0, ...numbers.map(Number));
}

/** What other refunds than the next one gave back before a restore, whose orders the document has not read again. */
function besideMinor({ witness, entries }: Seen, paymentId: string, { recalled }: Subscriber): number {
  const number = nextNo(witness, paymentId);
  // One that has failed since the lists were read counts until its order is read again.
  const seemsBack = new Set(recalled.filter(({ failed }) => failed !== true).map(({ id }) => id));
  const back = [...entries.values()].filter(({ id, key, status }) => {
    const one = witness.operations.get(key);
    const isBeside = one?.isForgotten === true && one.paymentId === paymentId && (one.refundNo ?? number) !== number;
    return isBeside && (status !== 'canceled' || seemsBack.has(id));
  });
  return back.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
}

/** The periods that are paid and not over, with what of each must go back. */
function expectedBack(
  seen: Seen,
  { id, term, tariff, endedAt }: Left,
  subscriber: Subscriber,
): ReadonlyMap<string, number> {
  const { world, witness } = seen;
  const at = Date.parse(endedAt);
  const startOf = (index: number): number =>
    startAfter(Date.parse(term.anchor), index - term.anchorIndex, tariff.period);
  const isPaidAhead = at < startOf(term.periodIndex);
  const first = startOf(isPaidAhead ? term.periodIndex - 1 : term.periodIndex);
  const isMeant = (period: PaidPeriod): boolean =>
    period.subscriptionId === id && period.from >= first && period.end > at;
  const priceMinor = tariff.price.amountMinor;
  const backs = witness.paidPeriods.filter(isMeant).map((period): [string, number] => {
    const { paymentId } = period;
    const leftMinor = priceMinor - promisedMinor(witness, paymentId) - besideMinor(seen, paymentId, subscriber);
    return [paymentId, unusedOf(period, { priceMinor, at, leftMinor }, world.provider.numbers)];
  });
  return new Map(backs.filter(([, minor]) => minor > 0));
}

const textOf = (backs: ReadonlyMap<string, number>): string => JSON.stringify([...backs].toSorted());

const promise = (witness: Witness, paymentId: string, name: string, minor: number): unknown =>
  witness.promised.set(paymentId, new Map(witness.promised.get(paymentId)).set(name, minor));

type External = Pick<Requested, 'paymentId' | 'amount'> & { readonly providerRefundId: string };
type Message = { readonly schema: string; readonly value: Readonly<Record<string, unknown>> | null };

/** What a fact says of a refund: a retry may ask for less than the attempt before it, or not be made. */
function notePromise(witness: Witness, { schema, value }: Message): void {
  if (schema.startsWith('refund-recorded-external')) {
    const { paymentId, providerRefundId, amount } = value as External;
    promise(witness, paymentId, providerRefundId, amount.amountMinor);
  }
  if (schema.startsWith('payment-chargeback-recorded')) {
    const { paymentId, amount, won } = value as Pick<External, 'paymentId' | 'amount'> & {
      readonly won: boolean | null;
    };
    promise(witness, paymentId, 'chargeback', won === true ? 0 : amount.amountMinor);
  }
  const isRequested = schema.startsWith('refund-requested');
  const isEnded = schema.startsWith('refund-failed') && value?.['reason'] === 'refunded_externally';
  if (!isRequested && !isEnded) return;
  const { paymentId, refundNo = 1, amount } = value?.['refund'] as Requested;
  promise(witness, paymentId, String(refundNo), isEnded ? 0 : amount.amountMinor);
}

/**
 * What went back of the payment before a restore, where the document has forgotten it until this save: the refund that it takes
 * now, or the last one of those that it should have taken. One of another number is another refund, and one that failed says
 * nothing about the amount.
 */
function forgottenMinor({ witness, entries }: Seen, paymentId: string, { refunds }: Subscriber): number | null {
  // The key of an attempt that is recalled may be another one than it was made with: its object says with which.
  const keysOf = ({ send, providerRefundId }: Refund) => [
    send.idempotenceKey,
    entries.get(providerRefundId ?? '')?.key,
  ];
  const opened = new Set(refunds.filter(({ reason }) => reason === 'left_early').flatMap(keysOf));
  const back = new Set([...entries.values()].flatMap(({ key, status }) => (status === 'canceled' ? [] : [key])));
  const made = [...witness.operations].filter(
    ([, one]) => one.kind === 'refund' && one.paymentId === paymentId && one.forgotten > 0,
  );
  const kept = made.filter(([key]) => back.has(key));
  const taken = kept.findLast(([key]) => opened.has(key));
  const number = nextNo(witness, paymentId);
  const left = kept.findLast(([, { isForgotten, refundNo }]) => isForgotten === true && refundNo === number);
  return (taken ?? left)?.[1].amountMinor ?? null;
}

/** 17: who leaves now with a refund gets exactly the unused part of what is paid, and the fact says so. */
export function checkLeaving(seen: Seen, userId: string, save: SubscriberSave): void {
  const { world, witness } = seen;
  const messages = save.entry?.messages ?? [];
  const leaving = new Map<string, number>();
  const isLeaving = ({ schema, value }: Message): boolean => {
    if (!schema.startsWith('refund-requested')) return false;
    return (value?.['refund'] as Requested).reason === 'left_early';
  };
  for (const message of messages) {
    if (!isLeaving(message)) notePromise(witness, message);
    else {
      const { paymentId, amount } = message.value?.['refund'] as Requested;
      leaving.set(paymentId, amount.amountMinor);
    }
    const { schema, value } = message;
    const refunded = value?.['refunded'] as Requested['amount'] | undefined;
    if (!schema.startsWith('subscription-canceled') || refunded === undefined) continue;
    const unused = expectedBack(seen, value?.['subscription'] as Left, save.subscriber);
    const expected = new Map(
      [...unused].map(([id, minor]) => [id, forgottenMinor(seen, id, save.subscriber) ?? minor]),
    );
    const sumMinor = [...expected.values()].reduce((sum, minor) => sum + minor, 0);
    if (textOf(leaving) !== textOf(expected) || refunded.amountMinor !== sumMinor)
      world.breach('17: the unused part goes back, to the kopeck', userId, {
        ...{ expected: textOf(expected), leaving: textOf(leaving), said: refunded.amountMinor },
      });
  }
  for (const message of messages.filter(isLeaving)) notePromise(witness, message);
}

/** 17: at the end the provider has given back what was promised, by us and by staff, unless it refuses a refund for good. */
export function checkGivenBack(outside: Outside): void {
  const { world, witness, entries, database } = outside;
  const theirs = [...entries.values()].filter((entry) => entry.object === 'payment' || !isNamed(outside, entry));
  for (const entry of entries.values()) {
    if (entry.object !== 'payment' || entry.wrongMinor !== null || entry.status !== 'succeeded') continue;
    const { user_id: userId = '', payment_id: paymentId = '' } = entry.metadata;
    // Staff decide in the cabinet, and what they give back there is of a payment that no operation has taken.
    if (isNamed(outside, entry)) continue;
    const waiting = database.documents.get(userId)?.subscriber.refunds ?? [];
    if (waiting.some((refund) => refund.paymentId === paymentId)) continue;
    const backMinor = entry.amountMinor - keptMinor(entry, theirs);
    const toldMinor = promisedMinor(witness, paymentId);
    if (backMinor !== toldMinor)
      world.breach('17: what was promised has gone back', userId, { paymentId, backMinor, toldMinor });
  }
}
