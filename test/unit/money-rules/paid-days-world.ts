import { hourMs, minuteMs } from '../../../src/domain/model/instant.ts';
import type { PeriodLength } from '../../../src/domain/model/tariff.ts';
import { periodStart } from '../../../src/domain/subscription/period.ts';
import { nextDue } from '../../../src/domain/timers/next-due.ts';
import { longestGap, type PublishedAccess } from '../../support/published-access.ts';
import { createTestSystem, tariffs, type TestSystem } from '../../support/test-system.ts';

export const user = '11111111-1111-4111-8111-111111111111';

type Paid = {
  readonly paymentId: string;
  readonly grantedAt: number;
  readonly from: number;
  readonly end: number;
  readonly anchor: number;
  /** Periods between the anchor and this one. */
  readonly after: number;
  readonly isEarly: boolean;
};

type PublishedTerm = {
  readonly anchor: string;
  readonly anchorIndex: number;
  readonly periodIndex: number;
  readonly periodStart: string;
  readonly periodEnd: string;
};

/** A lapse of 10 minutes breaks no access; an announced timer rests for 5. */
const lapseMs = 15 * minuteMs;

/** The payments whose money went back, or is on its way. */
function refundedIn({ provider }: TestSystem): ReadonlySet<string | null> {
  const objects = provider.entries().map(({ object }) => object);
  const nameOf = new Map(objects.map(({ id, metadata }) => [id, metadata.paymentId]));
  const refunds = objects.filter((object) => object.object === 'refund');
  return new Set(refunds.map(({ providerPaymentId }) => nameOf.get(providerPaymentId) ?? null));
}

/** One subscriber, whose service may be stopped, and a reader who knows only what was published and when. */
export function createPaidDays(start: number, timeZone: string, period: PeriodLength) {
  const tariff = { ...tariffs.day, period };
  const system: TestSystem = createTestSystem({ timeZone, sold: [tariff] });
  const { clock, provider } = system;
  clock.set(start);
  const access: PublishedAccess[] = [];
  const paid: Paid[] = [];
  const takenAt = new Map<string, number>();
  let read = 0;
  let endedAt = Infinity;

  const readMoney = (): void => {
    for (const { object } of provider.entries()) {
      const id = object.metadata.paymentId;
      if (object.object === 'payment' && object.status === 'succeeded' && id !== null && !takenAt.has(id))
        takenAt.set(id, clock.now());
    }
  };
  const readFacts = (): void => {
    const facts = system.facts(user);
    for (const fact of facts.slice(read)) {
      if (fact.type === 'entitlement.changed')
        access.push({ at: clock.now(), until: fact['active'] === true ? Date.parse(String(fact['validUntil'])) : 0 });
      if (fact.type === 'subscription.canceled' || fact.type === 'subscription.expired') endedAt = clock.now();
      if (fact.type !== 'subscription.activated' && fact.type !== 'subscription.renewed') continue;
      const { term } = fact['subscription'] as { readonly term: PublishedTerm };
      const [from, end] = [Date.parse(term.periodStart), Date.parse(term.periodEnd)];
      const anchor = Date.parse(term.anchor);
      const after = term.periodIndex - term.anchorIndex;
      const paymentId = String(fact['paymentId']);
      paid.push({ paymentId, grantedAt: clock.now(), from, end, anchor, after, isEarly: fact['early'] === true });
    }
    read = facts.length;
  };
  const work = async (): Promise<void> => {
    await system.runDue();
    readMoney();
    readFacts();
  };
  /** Time passes from one due instant to the next. */
  const pass = async (ms: number): Promise<void> => {
    const until = clock.now() + ms;
    await work();
    while (clock.now() < until) {
      const due = nextDue(await system.state(user), system.services.policy);
      const at = Math.min(due.business?.at ?? Infinity, due.real?.at ?? Infinity);
      clock.set(Math.min(at > clock.now() ? at : clock.now() + 5 * minuteMs, until));
      await work();
    }
  };
  const finish = (result: string, capturedBy: number): void => {
    const open = provider.entries().findLast(({ object }) => object.status === 'pending')?.object;
    if (open?.object !== 'payment') return;
    provider.finish(open.id, result);
    if (result === 'succeeded') provider.alter(open.id, { capturedAt: clock.now() + capturedBy });
    readMoney();
  };
  const setCard = async (answers: { readonly next?: string; readonly always?: string }): Promise<void> => {
    for (const { id } of (await system.state(user)).methods) provider.setMethod(id, answers);
  };

  const check = (): void => {
    const refunded = refundedIn(system);
    const kept = paid.filter(({ paymentId }) => !refunded.has(paymentId));
    const lost = [...takenAt.keys()].find((id) => !refunded.has(id) && kept.every(({ paymentId }) => paymentId !== id));
    if (lost !== undefined) throw new Error(`a paid period is lost: ${lost}`);
    for (const [index, { from, end, grantedAt, paymentId }] of kept.entries()) {
      const gap = longestGap(access, from, Math.max(from, Math.min(end, clock.now(), endedAt)));
      if (gap > lapseMs) throw new Error(`a paid period has ${gap / hourMs} h without access: ${paymentId}`);
      if (end - grantedAt < 20 * hourMs) throw new Error(`a charge for days past: ${paymentId}`);
      const next = kept[index + 1];
      if (next === undefined) continue;
      if (next.from < end) throw new Error(`a day is paid twice: ${next.paymentId}`);
      const apart = (takenAt.get(next.paymentId) ?? 0) - (takenAt.get(paymentId) ?? 0);
      // What the subscriber pays ahead is no charge.
      if (!next.isEarly && apart < 20 * hourMs)
        throw new Error(`two charges in ${apart / hourMs} h: ${next.paymentId}`);
    }
  };

  return {
    ...{ system, check, pass, setCard, paid, access, finish, work },
    buy: () => system.pay(user, { tariffId: tariff.id }),
    /** Nothing of the service runs, and the provider goes on. */
    stop: (ms: number): void => clock.advance(ms),
    /** The end of the period that was paid last, or so many periods later. */
    boundary: (periods = 0): number => {
      const { anchor, after } = paid.at(-1) ?? { anchor: clock.now(), after: 0 };
      return periodStart(anchor, after + 1 + periods, period, timeZone);
    },
    cancel: async (acceptedAt = clock.now()): Promise<void> => {
      await system.deliver(system.cancelCommand(user, 'period_end', acceptedAt));
      await work();
    },
  };
}

export type PaidDays = ReturnType<typeof createPaidDays>;

const lengths: readonly PeriodLength[] = [
  { count: 1, unit: 'day' },
  { count: 2, unit: 'day' },
  { count: 7, unit: 'day' },
  { count: 1, unit: 'month' },
  { count: 1, unit: 'year' },
];
/** Days on which the zone changes its clock, there and back, by an hour and by half an hour, and a month without a 31st. */
const places = [
  ['Europe/Moscow', '2026-01-31T09:00:00Z'],
  ['America/New_York', '2026-03-07T07:30:00Z'],
  ['America/New_York', '2026-10-31T05:30:00Z'],
  ['Australia/Lord_Howe', '2026-04-03T15:30:00Z'],
] as const;
export const cells = lengths.flatMap((period) =>
  places.map(([zone, start]) => ({ name: `${period.count} ${period.unit} in ${zone}, ${start}`, period, zone, start })),
);

/** A daily tariff in Moscow, unless the test says otherwise. */
export const begin = (cell = cells[0]!): PaidDays => createPaidDays(Date.parse(cell.start), cell.zone, cell.period);
/** The same, an hour after the purchase was paid. */
export async function bought(cell = cells[0]!): Promise<PaidDays> {
  const days = begin(cell);
  await days.buy();
  days.finish('succeeded', 0);
  await days.pass(hourMs);
  return days;
}
