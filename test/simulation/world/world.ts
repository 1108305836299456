import type { Pairing } from '../faults/pairing.ts';
import { type CallFault, calmSwarm, type Swarm, type TimeFault } from '../faults/swarm.ts';
import type { ZoneName } from '../checks/calendar.ts';
import type { ChargingHours } from '../../../src/domain/model/policy.ts';
import type { ReceiptRules } from '../../../src/domain/model/receipt.ts';
import type { ProviderKind } from '../provider/provider-kinds.ts';
import { createMoments } from './moments.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';
import type { Story } from './story.ts';

/** A broken rule of the domain; `rule` begins with its number in docs/domain.md, "Invariants". */
export type Breach = { readonly rule: string; readonly userId: string | null; readonly detail: string };

/** What all parts of a run share: time, chance, faults, the story, and the broken rules. */
export type World = {
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly story: Story;
  readonly swarm: () => Swarm;
  /** How receipts are made; null in lives without them. */
  readonly receipts: ReceiptRules | null;
  /** When renewals are charged; null in lives in which they are at any time. */
  readonly chargingHours: ChargingHours | null;
  /** From when on all cards are empty; null in most lives. */
  readonly cardsEmptyFrom: number | null;
  readonly timeZone: ZoneName;
  readonly provider: ProviderKind;
  readonly isCalm: () => boolean;
  /** Also in the calm. */
  readonly comparesBooks: boolean;
  /** From now on no fault strikes. */
  readonly becomeCalm: () => void;
  /** Whether this fault strikes now; if so, the story and the coverage record it. */
  readonly strikes: (fault: CallFault, userId: string | null) => boolean;
  /** A fault strikes, or lasts so long: which others does it meet at this subscriber (all for null)? */
  readonly noteFault: (fault: CallFault | TimeFault, userId: string | null, lastsMs?: number) => void;
  /** Sets how faults of whole processes and services are struck, for those that follow another one. */
  readonly onPaired: (strike: (inMs: number, fault: TimeFault) => void) => void;
  readonly breach: (rule: string, userId: string | null, detail: unknown) => void;
  readonly breaches: () => readonly Breach[];
  /** How often the processes have written an alarm as an error line, by its rule and what it is about. */
  readonly alarms: Map<string, number>;
  /** Counts a visit to a cell of a coverage table. */
  readonly visit: (table: CoverageTable, cell: string) => void;
  readonly visits: () => ReadonlyMap<string, number>;
  /** Runs it while work is under way rather than in one of the long idle times. */
  readonly whenBusy: (run: () => void) => void;
  /** Called wherever work is under way: may run one of the waiting functions. */
  readonly isBusy: () => void;
  /** The state of the user's payment, for the coverage of faults; the observer of the documents sets it. */
  readonly paymentStateOf: { current: (userId: string | null) => string };
};

/** A whole document would make the story unreadable. */
const detailMax = 2_000;

export type CoverageTable = 'command' | 'fault' | 'pair' | 'race' | 'strike';

export function createWorld(parts: {
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly story: Story;
  readonly swarm: Swarm;
  readonly receipts: ReceiptRules | null;
  readonly chargingHours: ChargingHours | null;
  readonly cardsEmptyFrom: number | null;
  readonly timeZone: ZoneName;
  readonly provider: ProviderKind;
  readonly pairing: Pairing;
}): World {
  const { random, scheduler, story, receipts, chargingHours, cardsEmptyFrom, timeZone, provider, pairing } = parts;
  let swarm = parts.swarm;
  const breaches: Breach[] = [];
  const visits = new Map<string, number>();
  const paymentStateOf: World['paymentStateOf'] = { current: () => 'none' };
  const waiting: (() => void)[] = [];
  const visit: World['visit'] = (table, cell) => {
    const name = `${table}: ${cell}`;
    visits.set(name, (visits.get(name) ?? 0) + 1);
  };
  const moments = createMoments(scheduler.now, (pair) => visit('pair', pair));
  let strikeLater: (inMs: number, fault: TimeFault) => void = () => undefined;
  const noteFault: World['noteFault'] = (fault, userId, lastsMs) => {
    moments.note(fault, userId, lastsMs);
    pairing.onStrike(fault, strikeLater);
  };
  return {
    random,
    scheduler,
    story,
    noteFault,
    onPaired: (strike) => void (strikeLater = strike),
    ...{ receipts, chargingHours, cardsEmptyFrom, timeZone, provider },
    swarm: () => swarm,
    isCalm: () => swarm === calmSwarm,
    comparesBooks: parts.swarm.comparesBooks,
    becomeCalm: () => {
      swarm = calmSwarm;
      story.add(null, 'calm: nothing fails any more');
    },
    strikes: (fault, userId) => {
      const rate = swarm.rates[fault];
      const isDrawn = rate > 0 && random.chance(rate);
      if (!isDrawn && (swarm === calmSwarm || !pairing.follows(fault, userId, moments))) return false;
      story.add(userId, `fault: ${fault}`);
      visit('fault', `${paymentStateOf.current(userId)} × ${fault}`);
      noteFault(fault, userId);
      return true;
    },
    breach: (rule, userId, detail) => {
      const text = (typeof detail === 'string' ? detail : JSON.stringify(detail)).slice(0, detailMax);
      breaches.push({ rule, userId, detail: text });
      story.add(userId, `BROKEN ${rule}: ${text}`);
    },
    breaches: () => breaches,
    alarms: new Map(),
    visit,
    visits: () => visits,
    paymentStateOf,
    whenBusy: (run) => void waiting.push(run),
    isBusy: () => {
      if (waiting.length > 0 && random.chance(0.1)) waiting.shift()?.();
    },
  };
}
