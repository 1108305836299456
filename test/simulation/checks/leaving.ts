import type { SubscriberSave } from '../../../src/application/ports/subscriber-store.ts';
import { defaultPolicy } from '../../../src/domain/model/policy.ts';
import type { Term } from '../../../src/domain/model/subscription.ts';
import type { Tariff } from '../../../src/domain/model/tariff.ts';
import { keptMinor } from '../provider/provider-ledger.ts';
import type { World } from '../world/world.ts';
import { startAfter } from './calendar.ts';
import type { Outside } from './outside.ts';
import type { PaidPeriod, Witness } from './witness.ts';

type Left = {
  readonly id: string;
  readonly term: Readonly<Record<keyof Term, string & number>>;
  readonly tariff: Tariff;
  readonly endedAt: string;
};
type Requested = {
  readonly paymentId: string;
  readonly attemptNo: number;
  readonly reason: string;
  readonly amount: { readonly amountMinor: number };
};

/** What is not used of a period, by the second calendar: the price without the used part, which is rounded down. */
function unusedOf({ from, end }: PaidPeriod, priceMinor: number, at: number, leftMinor: number): number {
  const usedMs = BigInt(Math.max(0, at - from));
  const backMinor = Math.min(leftMinor, priceMinor - Number((BigInt(priceMinor) * usedMs) / BigInt(end - from)));
  if (backMinor < defaultPolicy.minRefundMinor) return 0;
  return leftMinor - backMinor < defaultPolicy.remainderMinMinor ? leftMinor : backMinor;
}

/** The periods that are paid and not over, with what of each must go back. */
function expectedBack(witness: Witness, { id, term, tariff, endedAt }: Left): ReadonlyMap<string, number> {
  const at = Date.parse(endedAt);
  const first = startAfter(Date.parse(term.anchor), term.periodIndex - term.anchorIndex, tariff.period);
  const isMeant = (period: PaidPeriod): boolean =>
    period.subscriptionId === id && period.from >= first && period.end > at;
  const priceMinor = tariff.price.amountMinor;
  const backs = witness.paidPeriods.filter(isMeant).map((period): [string, number] => {
    const leftMinor = priceMinor - (witness.promisedMinor.get(period.paymentId) ?? 0);
    return [period.paymentId, unusedOf(period, priceMinor, at, leftMinor)];
  });
  return new Map(backs.filter(([, minor]) => minor > 0));
}

const textOf = (backs: ReadonlyMap<string, number>): string => JSON.stringify([...backs].toSorted());

/** 17: who leaves now with a refund gets exactly the unused part of what is paid, and the fact says so. */
export function checkLeaving(world: World, witness: Witness, userId: string, save: SubscriberSave): void {
  const leaving = new Map<string, number>();
  for (const { schema, value } of save.entry?.messages ?? []) {
    if (schema.startsWith('refund-requested')) {
      const { paymentId, attemptNo, reason, amount } = value?.['refund'] as Requested;
      if (attemptNo > 1) continue;
      if (reason === 'left_early') leaving.set(paymentId, amount.amountMinor);
      else witness.promisedMinor.set(paymentId, (witness.promisedMinor.get(paymentId) ?? 0) + amount.amountMinor);
    }
    const refunded = value?.['refunded'] as Requested['amount'] | undefined;
    if (!schema.startsWith('subscription-canceled') || refunded === undefined) continue;
    const expected = expectedBack(witness, value?.['subscription'] as Left);
    const sumMinor = [...expected.values()].reduce((sum, minor) => sum + minor, 0);
    if (textOf(leaving) !== textOf(expected) || refunded.amountMinor !== sumMinor)
      world.breach('17: the unused part goes back, to the kopeck', userId, {
        ...{ expected: textOf(expected), leaving: textOf(leaving), said: refunded.amountMinor },
      });
  }
  for (const [paymentId, minor] of leaving)
    witness.promisedMinor.set(paymentId, (witness.promisedMinor.get(paymentId) ?? 0) + minor);
}

/** 17: at the end the provider has given back what was promised, unless it refuses a refund for good. */
export function checkGivenBack({ world, witness, entries, database }: Outside): void {
  for (const entry of entries.values()) {
    if (entry.object !== 'payment' || entry.wrongMinor !== null || entry.status !== 'succeeded') continue;
    const { user_id: userId = '', payment_id: paymentId = '' } = entry.metadata;
    const waiting = database.documents.get(userId)?.subscriber.refunds ?? [];
    if (waiting.some((refund) => refund.paymentId === paymentId)) continue;
    const backMinor = entry.amountMinor - keptMinor(entry, entries.values());
    const promisedMinor = witness.promisedMinor.get(paymentId) ?? 0;
    if (backMinor !== promisedMinor)
      world.breach('17: what was promised has gone back', userId, { paymentId, backMinor, promisedMinor });
  }
}
