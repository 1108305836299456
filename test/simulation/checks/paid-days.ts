import type { SubscriberSave } from '../../../src/application/ports/subscriber-store.ts';
import { hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import { defaultPolicy } from '../../../src/domain/model/policy.ts';
import type { Term } from '../../../src/domain/model/subscription.ts';
import type { PeriodLength, Tariff } from '../../../src/domain/model/tariff.ts';
import { longestGap } from '../../support/published-access.ts';
import { keptMinor, type PaymentEntry, withoutStaff } from '../provider/provider-ledger.ts';
import type { World } from '../world/world.ts';
import { startAfter } from './calendar.ts';
import type { Outside } from './outside.ts';
import type { PaidPeriod, Witness } from './witness.ts';

/** Clocks that differ by 40 minutes, lapses, pauses and saves that arrive late. A bug loses days. */
const toleranceMs = 2 * hourMs;

type Published = {
  readonly id: string;
  readonly term: Readonly<Record<keyof Term, string & number>> | null;
  readonly tariff: Tariff;
  readonly endedAt: string | null;
};

type Paid = { readonly paymentId: string; readonly isEarly: boolean };

function periodOf(userId: string, { paymentId, isEarly }: Paid, { id, term, tariff }: Published): PaidPeriod | null {
  if (term === null) return null;
  const [anchor, after] = [Date.parse(term.anchor), term.periodIndex - term.anchorIndex];
  const [from, end] = [startAfter(anchor, after, tariff.period), startAfter(anchor, after + 1, tariff.period)];
  return { userId, paymentId, subscriptionId: id, from, end, isEarly };
}

/** Notes what readers of the facts know: who has access until when, which periods were paid, and what has ended. */
export function notePublished(witness: Witness, userId: string, now: number, save: SubscriberSave): void {
  const access = witness.access.get(userId) ?? [];
  witness.access.set(userId, access);
  for (const { schema, value } of save.entry?.messages ?? []) {
    if (schema.startsWith('entitlement-changed')) {
      access.push({ at: now, until: value?.['active'] === true ? Date.parse(String(value['validUntil'])) : now });
    }
    const subscription = value?.['subscription'] as Published | undefined;
    if (subscription === undefined) continue;
    // One that had ended before a restore as well, and ends again, ended then.
    if (subscription.endedAt !== null && !witness.endedAt.has(subscription.id))
      witness.endedAt.set(subscription.id, witness.forgottenEnds.get(subscription.id) ?? now);
    if (!schema.startsWith('subscription-activated') && !schema.startsWith('subscription-renewed')) continue;
    const isEarly = value?.['early'] === true;
    const period = periodOf(userId, { paymentId: String(value?.['paymentId']), isEarly }, subscription);
    if (period !== null) witness.paidPeriods.push(period);
  }
}

type Renewed = { readonly before: Term; readonly term: Term; readonly length: PeriodLength };

/** 12: a paid period leaves its boundary only after a break of access, or where too little of it is ahead. */
export function checkMovedAnchor(world: World, witness: Witness, userId: string, renewed: Renewed): void {
  const { before, term, length } = renewed;
  // A clock that is wrong may see a break where there is none.
  if (term.anchor === before.anchor || world.isCalm() || world.swarm().skewMs > 0) return;
  const now = world.scheduler.now();
  const after = before.periodIndex - before.anchorIndex;
  const [from, end] = [after + 1, after + 2].map((count) => startAfter(before.anchor, count, length));
  if (from === undefined || end === undefined) return;
  const isShort = end - now < defaultPolicy.chargesApartMs + 10 * minuteMs;
  if (!isShort && longestGap(witness.access.get(userId) ?? [], from, now) === 0)
    world.breach('12: unbroken periods keep their anchor', userId, { before, term });
}

const lengthOf = ({ from, end }: PaidPeriod): number => end - from;

/** 9: access was published for every paid day. 12: no day is paid twice. 27: charges lie apart. */
export function checkPaidDays({ world, witness, entries }: Outside): void {
  const payments = new Map<string, PaymentEntry>();
  const ours = withoutStaff(entries.values(), witness.byStaff);
  for (const entry of ours) {
    const counts = entry.object === 'payment' && entry.wrongMinor === null && keptMinor(entry, ours) > 0;
    if (counts) payments.set(entry.metadata['payment_id'] ?? '', entry);
  }
  // Staff may revoke a period that was paid ahead, and the subscriber may pay it again.
  function isKept({ paymentId, isEarly }: PaidPeriod): boolean {
    const entry = payments.get(paymentId);
    return entry !== undefined && !(isEarly && keptMinor(entry, entries.values()) <= 0);
  }
  const { wentBackAt } = witness;
  const beforeRestore = [...entries.values()].filter(({ createdAt }) => createdAt <= (wentBackAt ?? -Infinity));
  // Since a restore it buys nothing by itself for a day, because the command that gave it back is read again first.
  function wentBackBeforeRestore({ paymentId }: PaidPeriod): boolean {
    const entry = payments.get(paymentId);
    return entry !== undefined && beforeRestore.includes(entry) && keptMinor(entry, beforeRestore) <= 0;
  }
  const kept = witness.paidPeriods.filter(isKept);
  for (const period of kept) {
    const { userId, subscriptionId, from, end } = period;
    if (wentBackBeforeRestore(period)) continue;
    const until = Math.min(end, world.scheduler.now(), witness.endedAt.get(subscriptionId) ?? Infinity);
    const gapMs = longestGap(witness.access.get(userId) ?? [], from, Math.max(from, until));
    if (gapMs > toleranceMs)
      world.breach('9: paid days are days with access', userId, { subscriptionId, from, end, gapMs });
  }
  for (const [subscriptionId, periods] of Map.groupBy(kept, (period) => period.subscriptionId)) {
    for (const [index, period] of periods.entries()) {
      const next = periods[index + 1];
      if (next === undefined) continue;
      if (next.from < period.end - toleranceMs)
        world.breach('12: paid periods never overlap', period.userId, { period, next });
      const [one, other] = [period, next].map(({ paymentId }) => payments.get(paymentId)?.capturedAt ?? 0);
      const apartMs = Math.min(20 * hourMs, lengthOf(period));
      // A page is paid when the subscriber chooses to, ahead or just after the end; a charge before it may have waited for its
      // hours. Rule 12 holds that each of them buys days of its own.
      const isChosen = payments.get(next.paymentId)?.isPage === true;
      // A charge that a restore has recalled may be kept for a period after one that was paid since.
      const distanceMs = Math.abs((other ?? 0) - (one ?? 0));
      if (!next.isEarly && !isChosen && distanceMs < apartMs - hourMs)
        world.breach('27: charges lie apart', period.userId, { subscriptionId, period, next, one, other });
    }
  }
}
