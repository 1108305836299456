import type { Verdict } from '../checker.ts';
import type { Evidence } from '../evidence.ts';
import { type Look, lookLine, type Plan } from './plan.ts';
import type { Insisted } from './insister.ts';
import { personPerSecond, whole } from './scene.ts';
import type { Load } from '../../../sandbox/load-meter.ts';

export type Outcome = {
  readonly plan: Plan;
  readonly looks: readonly Look[];
  readonly load: Load;
  readonly insisted: Insisted;
  readonly paid: number;
  readonly verdict: readonly Verdict[];
};

/** Two seconds' worth at once, and what each other process lets through before it hears of it. */
const allowedIn = ({ seconds }: Insisted, processes: number): number =>
  Math.ceil(personPerSecond * (2 + seconds + 2 * (processes - 1)));

/** Where all cores are taken, calls wait for up to a second on their way: what arrives in ten seconds has left in eleven. */
const arrivingIn = (seconds: number): number => whole.perSecond * (seconds + 1);

const rule = (about: string, violations: readonly string[]): Verdict => ({ rule: about, violations });
const atMost = (about: string, seen: number, limit: number): Verdict =>
  rule(`${about}: at most ${limit}`, seen > limit ? [`${seen} were seen`] : []);

/** The checks of chaos see what is there; these see that each order is one payment, and what was let through. */
export function judgeScaling(
  { history, provider }: Evidence,
  { load, insisted, processes }: { readonly load: Load; readonly insisted: Insisted; readonly processes: number },
): readonly Verdict[] {
  const payments = Map.groupBy(provider, ({ userId }) => userId);
  const buyers = [...new Set(history.map(({ userId }) => userId))];
  const notOne = buyers.filter((userId) => payments.get(userId)?.length !== 1);
  const due = Math.floor((personPerSecond * insisted.seconds) / 2);
  return [
    rule(
      'each order is one payment at the provider',
      notOne.map((userId) => `${userId}: ${payments.get(userId)?.length ?? 0}`),
    ),
    atMost('calls of the provider under way at once', load.in_flight_max, whole.slots),
    atMost('calls of the provider in any second', load.per_second_max, arrivingIn(1)),
    atMost('calls of the provider in any ten seconds', load.per_ten_seconds_max, arrivingIn(10)),
    atMost(
      `requests of one person in ${processes} processes of the API`,
      insisted.passed,
      allowedIn(insisted, processes),
    ),
    rule('they asked for more than that, and got at least half of it', [
      ...(insisted.asked > allowedIn(insisted, processes) ? [] : [`${insisted.asked} requests`]),
      ...(insisted.passed >= due ? [] : [`${insisted.passed} let through`]),
    ]),
  ];
}

/** The decisions that changed the number of pods. */
const turns = (looks: readonly Look[]): readonly Look[] => looks.filter(({ from, to }) => from !== to);

export function figures({ plan, looks, load, insisted, paid }: Outcome): readonly string[] {
  const { scaled } = plan;
  const most = Math.max(...looks.map(({ to }) => to));
  const running = Math.max(...looks.map((look) => look.running));
  const lag = Math.max(...looks.map((look) => look.lag));
  const over = looks.findLast((look) => look.lag > 0)?.seconds ?? 0;
  return [
    `a pod for each ${scaled.lagThreshold} commands that wait, from ${scaled.min} to ${scaled.max}`,
    ...turns(looks).map(lookLine),
    `orders           ${looks.at(-1)?.ordered}, of which at most ${lag} waited; carried out within ${over} s; ${paid} were paid`,
    `pods             1 → ${most} → ${looks.at(-1)?.to}; at most ${running} ran at once`,
    `provider         ${load.calls} calls; at most ${load.in_flight_max} of ${whole.slots} at once, ${load.per_second_max} in a second and ${load.per_ten_seconds_max} in ten, of ${whole.perSecond} a second`,
    `one person       ${insisted.passed} of ${insisted.asked} requests let through in ${insisted.seconds.toFixed(0)} s`,
  ];
}

/** The same figures for a program. */
export const figuresJson = ({ plan, looks, load, insisted, paid, verdict }: Outcome): object => ({
  ...{ plan, turns: turns(looks), ordered: looks.at(-1)?.ordered, paid },
  running_max: Math.max(...looks.map(({ running }) => running)),
  lag_max: Math.max(...looks.map(({ lag }) => lag)),
  seconds: looks.at(-1)?.seconds,
  provider: { whole, seen: load },
  one_person: { ...insisted, per_second: personPerSecond },
  broken: Object.fromEntries(
    verdict.flatMap(({ rule: about, violations }) => (violations.length === 0 ? [] : [[about, violations.length]])),
  ),
});
