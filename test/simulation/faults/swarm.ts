import { dayMs, hourMs, minuteMs, secondMs } from '../../../src/domain/model/instant.ts';
import type { Role } from '../world/roles.ts';
import type { Random } from '../world/random.ts';

/** Faults of one call or message. The number is the highest rate that a seed may draw. */
const perCall = {
  store_away: 0.1,
  store_hangs: 0.1,
  save_answer_lost: 0.15,
  save_lands_late: 0.05,
  stale_read: 0.15,
  read_models_away: 0.1,
  produce_unsure: 0.15,
  produce_taken_back: 0.1,
  produce_lands_late: 0.05,
  produce_repeated: 0.05,
  commit_lost: 0.5,
  slow: 0.05,
  dies_in_hand: 0.01,
  no_slot: 0.1,
  connection_refused: 0.4,
  timeout_done: 0.4,
  timeout_not_done: 0.4,
  lands_late: 0.2,
  error_500_done: 0.3,
  error_500_not_done: 0.3,
  too_many_requests: 0.3,
  outage_after_send: 0.03,
  refused: 0.1,
  gateway_refuses_done: 0.2,
  gateway_refuses_not_done: 0.2,
  garbage: 0.2,
  accepted_202: 0.2,
  slow_answer: 0.4,
  read_fails: 0.4,
  read_lags: 0.5,
  notification_late: 0.5,
  notification_lost: 0.9,
  notification_twice: 0.5,
} as const;

/** What people and banks do. These are no faults of a machine, but the service must handle them. */
const perDecision = {
  charge_pending: 0.4,
  waiting_for_capture: 0.2,
  wrong_amount: 0.02,
  hidden: 0.05,
  refund_pending: 0.5,
  refund_canceled: 0.4,
  declined: 0.8,
  page_abandoned: 0.6,
  page_declined: 0.4,
  method_not_saved: 0.3,
  // Others pay in the same shop, so that ours are on no first page. A shop is busy in all of its lists, or in none.
  long_list: 4,
} as const;

/** Faults of whole processes and services. The number is the shortest mean time between two of them. */
const perTime = {
  crash: 6 * hourMs,
  blackout: 2 * dayMs,
  pause: 12 * hourMs,
  rebalance: 6 * hourMs,
  rewind: dayMs,
  clock_jump: dayMs,
  group_stall: 3 * dayMs,
  store_outage: 3 * dayMs,
  broker_outage: 3 * dayMs,
  provider_outage: 4 * dayMs,
  forged_hint: 4 * dayMs,
  foreign_payment: 2 * dayMs,
  cabinet_refund: 2 * dayMs,
  poison: 3 * dayMs,
  rollout: 2 * dayMs,
  store_slow: 2 * dayMs,
  registry_outage: 2 * dayMs,
} as const;

/** `list_fails`: lists fail as often as reads of one object do, but where the books are not compared. */
export type CallFault = keyof typeof perCall | keyof typeof perDecision | 'list_fails';
const highest = { ...perCall, ...perDecision };
export type TimeFault = keyof typeof perTime;
export const callFaults = Object.keys(highest) as readonly (keyof typeof highest)[];
export const timeFaults = Object.keys(perTime) as readonly TimeFault[];

export const isTimeFault = (fault: CallFault | TimeFault): fault is TimeFault => fault in perTime;

/** What one run may suffer: kinds of faults and their rates, network delays, clock skew, lengths of outages. */
export type Swarm = {
  readonly rates: Readonly<Record<CallFault, number>>;
  /** Mean time between two, null when this run has none. */
  readonly meanMs: Readonly<Record<TimeFault, number | null>>;
  /** The longest ordinary hop between two machines. */
  readonly hopMs: number;
  /** How far a clock may be off. */
  readonly skewMs: number;
  /** The only process whose clock is off when it starts: it is ahead. Null where each clock is off by chance. */
  readonly aheadRole: Role | null;
  readonly outageMsMax: number;
  /** Whether our books are compared with the provider's. */
  readonly comparesBooks: boolean;
};

/** Each kind is drawn separately. A run with few kinds gets further than one in which everything fails at once. */
export function drawSwarm(random: Random): Swarm {
  const density = random.pick([0, 0.1, 0.25, 0.5]);
  const rates = callFaults.map((fault) => {
    const isDrawn = random.chance(fault in perDecision ? 0.4 : density);
    const least = highest[fault] / (fault in perDecision ? 4 : 50);
    return [fault, isDrawn ? random.spread(least, highest[fault]) : 0] as const;
  });
  const readFails = rates.find(([fault]) => fault === 'read_fails')?.[1] ?? 0;
  const means = timeFaults.map((fault) => [
    fault,
    random.chance(density) ? random.spread(perTime[fault], perTime[fault] * 40) : null,
  ]);
  return {
    rates: { ...(Object.fromEntries(rates) as Swarm['rates']), list_fails: readFails },
    meanMs: Object.fromEntries(means) as Swarm['meanMs'],
    hopMs: random.pick([5, 50, 500, 3 * secondMs]),
    // Two clocks can differ by twice this: still less than the hour between our 23 h and the provider's 24 h.
    skewMs: random.chance(density) ? random.spread(secondMs, 20 * minuteMs) : 0,
    aheadRole: null,
    outageMsMax: random.pick([10 * minuteMs, 6 * hourMs, 25 * hourMs, 3 * dayMs]),
    comparesBooks: true,
  };
}

/**
 * The comparison of the books finds what a notification should have brought, and so it hides a notification that was
 * acknowledged and forgotten. Where nothing is compared, every notification arrives in the end, and must be enough.
 */
export function withoutComparison(swarm: Swarm): Swarm {
  // Only its notification reports money that the provider has denied before, and it is read once: that read must often fail.
  // Lists fail as drawn: a payment that no list shows is closed without money, and only then nothing but the notification is left.
  const { hidden, read_fails } = highest;
  const rates = { ...swarm.rates, notification_lost: 0, hidden: hidden * 4, read_fails };
  return { ...swarm, comparesBooks: false, rates, meanMs: { ...swarm.meanMs, cabinet_refund: null } };
}

/** So often that a life meets what strikes seldom some times, and so seldom that it gets on. */
const leadRate = 0.15;
const leadSpacing = 4;

/** The fault strikes often, and faults of whole processes seldom: otherwise such a life would cost twice as much. */
export function strongest(swarm: Swarm, fault: CallFault | TimeFault): Swarm {
  const spaced = Object.entries(swarm.meanMs).map(([name, ms]) => [name, ms === null ? null : ms * leadSpacing]);
  const meanMs = Object.fromEntries(spaced) as Swarm['meanMs'];
  if (isTimeFault(fault)) return { ...swarm, meanMs: { ...meanMs, [fault]: perTime[fault] * leadSpacing } };
  const rate = fault === 'list_fails' ? swarm.rates.list_fails : Math.max(highest[fault], leadRate);
  return { ...swarm, meanMs, rates: { ...swarm.rates, [fault]: rate } };
}

/** Most are workers, because workers decide. */
const aheadRoles = ['worker-1', 'worker-2', 'worker-1', 'worker-2', 'api', 'jobs-1'] as const satisfies readonly Role[];

/**
 * In one life in eight the clock of one process is minutes ahead, and all others are right. By chance most clocks that are off
 * are off by seconds, so that rare transitions hardly ever meet one. The dice are its own (null: none): the other lives go on as
 * they did.
 */
export function whereOneClockIsAhead(swarm: Swarm, skewMsMax: number, dice: Random | null): Swarm {
  if (!dice?.chance(1 / 8)) return swarm;
  const aheadRole = dice.pick(aheadRoles);
  const skewMs = Math.max(swarm.skewMs, Math.round(dice.spread(2 * minuteMs, 10 * minuteMs)));
  return skewMs > skewMsMax ? swarm : { ...swarm, skewMs, aheadRole };
}

/** No faults, for the calm. */
export const calmSwarm: Swarm = {
  rates: { ...(Object.fromEntries(callFaults.map((fault) => [fault, 0])) as Swarm['rates']), list_fails: 0 },
  meanMs: Object.fromEntries(timeFaults.map((fault) => [fault, null])) as Swarm['meanMs'],
  hopMs: 5,
  skewMs: 0,
  aheadRole: null,
  outageMsMax: 0,
  comparesBooks: true,
};
