import { dayMs, hourMs, minuteMs } from '../../src/domain/model/instant.ts';
import type { ChargingHours } from '../../src/domain/model/policy.ts';
import type { ReceiptRules } from '../../src/domain/model/receipt.ts';
import type { Life } from './world/people.ts';
import { changesOf, type ZoneName } from './checks/calendar.ts';
import type { Random } from './world/random.ts';

export type Scenario = Life & {
  readonly start: number;
  readonly lastsMs: number;
  /** How long a price lasts before the next version of the tariff. */
  readonly priceHoldsMs: number;
  /** When renewals are charged; null in lives in which they are at any time. */
  readonly chargingHours: ChargingHours | null;
  readonly timeZone: ZoneName;
  /** How receipts are made; null in lives without them. */
  readonly receipts: ReceiptRules | null;
};

/** The VAT rate rises in the middle of the life. */
const receiptsFrom = (from: number): ReceiptRules => ({
  ...{ contactKinds: ['email'], taxSystem: null, paymentMode: 'full_payment' },
  vatCodes: [
    { from: -Infinity, code: 4 },
    { from, code: 11 },
  ],
});

const dayHours: ChargingHours = { fromMinutes: 9 * 60, untilMinutes: 21 * 60 };

/** Days on which calendars go wrong: ends of months of every length, and both sides of a leap day. */
const edges = [
  '2026-01-31',
  '2026-03-31',
  '2026-04-30',
  '2026-12-31',
  '2027-02-28',
  '2028-01-30',
  '2028-01-31',
  '2028-02-28',
  '2028-02-29',
  '2027-08-31',
] as const;

/** Length of a life and its tariffs: short lives with daily tariffs, long ones with tariffs of months and years. */
export function drawScenario(random: Random): Scenario {
  const day = random.chance(0.6)
    ? Date.parse(random.pick(edges))
    : Date.UTC(2026, random.integer(0, 11), random.integer(1, 28));
  const start = day + random.integer(0, 24 * 60) * minuteMs - 3 * hourMs;
  const isLong = random.chance(0.5);
  // Longer than the document remembers captures, or commands.
  const isEndless = random.chance(0.03);
  const isChatty = random.chance(0.02);
  const lastsMs =
    (isEndless ? random.integer(30, 50) : isLong ? random.integer(20, 420) : random.integer(1, 14)) * dayMs;
  const userIds = Array.from({ length: random.pick([1, 1, 2, 3]) }, () => random.id());
  const [first = random.id(), ...others] = userIds;
  return {
    start,
    lastsMs,
    userIds: [first, ...others],
    tariffNames:
      isLong && !isEndless
        ? random.pick<Life['tariffNames']>([['month'], ['month', 'year'], ['month', 'quarter']])
        : random.pick<Life['tariffNames']>([['day'], ['week'], ['day', 'month'], ['day', 'week']]),
    idleMs: lastsMs / (isChatty ? 100 : random.integer(2, 12)),
    receipts: random.chance(0.4) ? receiptsFrom(start + lastsMs * random.between(0.2, 0.8)) : null,
    chargingHours: random.chance(0.25) ? dayHours : null,
    timeZone: 'Europe/Moscow',
    cardsEmptyFrom: null,
    priceHoldsMs: random.chance(0.3) ? random.integer(5, 60) * dayMs : Infinity,
  };
}

/** Days of the longest period of each tariff. */
const daysOf = { day: 1, week: 7, month: 31, quarter: 92, year: 366 } as const;
/** The ladder ends before. */
const ladderDays = 45;

/**
 * One life in fifteen is of people who buy one tariff and then do nothing, while their cards are empty: it goes over the grace and
 * the ladder of that tariff, which no other life does with long periods. It draws from dice of its own.
 */
export function whereCardsAreEmpty(scenario: Scenario, dice: Random): Scenario {
  if (!dice.chance(1 / 15)) return scenario;
  const name = dice.pick(['day', 'week', 'month', 'quarter', 'year'] as const);
  const periodMs = daysOf[name] * dayMs;
  const lastsMs = periodMs + ladderDays * dayMs;
  return { ...scenario, tariffNames: [name], lastsMs, cardsEmptyFrom: scenario.start + periodMs / 2 };
}

/** Charges begin in the middle of the hour that clocks skip or show twice. */
const nightHours: ChargingHours = { fromMinutes: 2 * 60 + 15, untilMinutes: 10 * 60 };

/**
 * One life in ten is lived where clocks change, and over a change: by an hour, or by half of one in the south. It draws from
 * dice of its own: the other lives go on as they did.
 */
export function whereClocksChange(scenario: Scenario, dice: Random): Scenario {
  if (!dice.chance(0.1)) return scenario;
  const timeZone = dice.pick(['Europe/Berlin', 'Australia/Lord_Howe'] as const);
  const year = new Date(scenario.start).getUTCFullYear();
  const [spring = 0, autumn = 0] = changesOf(timeZone, year);
  const days = Math.round((scenario.lastsMs * dice.between(0, 0.9)) / dayMs);
  // Anchors within the hours around the change, at which days have no such time of day, or two of them.
  const start = dice.pick([spring, autumn]) - days * dayMs + Math.round(dice.between(-2.5, 1) * hourMs);
  const { receipts } = scenario;
  const vatCodes = receipts?.vatCodes.map(({ from, code }) => ({ from: from + start - scenario.start, code })) ?? [];
  return {
    ...{ ...scenario, start, timeZone },
    receipts: receipts === null ? null : { ...receipts, vatCodes },
    chargingHours: dice.chance(0.4) ? dice.pick([nightHours, dayHours]) : scenario.chargingHours,
  };
}
