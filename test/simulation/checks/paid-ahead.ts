import { hourMs } from '../../../src/domain/model/instant.ts';
import type { Tariff } from '../../../src/domain/model/tariff.ts';
import type { Term } from '../../../src/domain/model/subscription.ts';
import { startAfter } from './calendar.ts';
import type { Saved } from './saved.ts';

/** Clocks that differ by 40 minutes, and jump. A bug sells a period too many. */
const toleranceMs = 2 * hourMs;

type Renewed = {
  readonly id: string;
  readonly autoRenew: boolean;
  readonly cancelAtPeriodEnd: boolean;
  readonly term: Readonly<Record<keyof Term, string & number>>;
  readonly tariff: Tariff;
};

/** 12: a period that is paid ahead follows the present one without a hole, and at most one is. */
export function checkPaidAhead({ world, witness, entries, userId, after, save }: Saved): void {
  for (const { schema, value } of save.entry?.messages ?? []) {
    if (!schema.startsWith('subscription-renewed') || value?.['early'] !== true) continue;
    world.visit('command', 'paid ahead');
    const { term, tariff } = value['subscription'] as Renewed;
    const from = term.periodIndex - term.anchorIndex;
    const [present = 0, begin] = [from - 1, from].map((count) =>
      startAfter(Date.parse(term.anchor), count, tariff.period),
    );
    if (begin !== Date.parse(String(value['previousPeriodEnd'])))
      world.breach('12: a period that is paid ahead follows the present one', userId, term);
    if (present > world.scheduler.now() + toleranceMs)
      world.breach('12: at most one period is paid ahead', userId, term);
    const until = after.entitlement?.validUntil ?? 0;
    // What was captured before a restore is granted as of then, and may be over.
    const paid = after.captures.find(({ paymentId }) => paymentId === value['paymentId']);
    const entry = entries.get(paid?.providerPaymentId ?? '');
    const capturedAt = entry?.object === 'payment' ? entry.capturedAt : null;
    if (
      capturedAt !== null &&
      capturedAt < (witness.wentBackAt ?? -Infinity) &&
      Date.parse(term.periodEnd) <= world.scheduler.now() + toleranceMs
    )
      continue;
    if (until < Date.parse(term.periodEnd)) world.breach('9: what is paid ahead is access', userId, { term, until });
  }
}

/** For 8: a page on which the subscriber had the method saved takes their cancel back. */
export function noteRenewing({ world, witness, after, save }: Saved): void {
  for (const { schema, value } of save.entry?.messages ?? []) {
    if (!schema.startsWith('subscription-renewed')) continue;
    const { id, autoRenew, cancelAtPeriodEnd } = value?.['subscription'] as Renewed;
    const paid = after.captures.find(({ paymentId }) => paymentId === value?.['paymentId']);
    if (paid?.kind !== 'checkout' || !autoRenew || cancelAtPeriodEnd) continue;
    for (const cancel of witness.cancels.filter(({ subscriptionId }) => subscriptionId === id))
      cancel.undoneAt ??= world.scheduler.now();
  }
}
