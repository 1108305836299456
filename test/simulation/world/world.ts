import { type CallFault, calmSwarm, type Swarm } from '../faults/swarm.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';
import type { Story } from './story.ts';

/** A rule of the domain that was seen broken: `rule` begins with its number in docs/domain.md, "Invariants". */
export type Breach = { readonly rule: string; readonly userId: string | null; readonly detail: string };

/** What all parts of one run share: time, chance, the weather, the story, and what was found. */
export type World = {
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly story: Story;
  readonly swarm: () => Swarm;
  readonly isCalm: () => boolean;
  /** From now on nothing fails any more. */
  readonly becomeCalm: () => void;
  /** Whether this fault happens here and now; told and counted if so. */
  readonly strikes: (fault: CallFault, userId: string | null) => boolean;
  readonly breach: (rule: string, userId: string | null, detail: unknown) => void;
  readonly breaches: () => readonly Breach[];
  /** Counts a visit to a cell of a coverage table. */
  readonly visit: (table: CoverageTable, cell: string) => void;
  readonly visits: () => ReadonlyMap<string, number>;
  /** Runs it in the middle of somebody's work rather than in one of the long times in which nothing happens. */
  readonly whenBusy: (run: () => void) => void;
  /** Called wherever work is under way: lets what waits for such a moment happen. */
  readonly isBusy: () => void;
  /** What the payment of the user is in, for the coverage of faults; set by whoever holds the documents. */
  readonly paymentStateOf: { current: (userId: string | null) => string };
};

/** A whole document in a story hides the story. */
const detailMax = 2_000;

export type CoverageTable = 'command' | 'fault';

export function createWorld(parts: {
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly story: Story;
  readonly swarm: Swarm;
}): World {
  const { random, scheduler, story } = parts;
  let swarm = parts.swarm;
  const breaches: Breach[] = [];
  const visits = new Map<string, number>();
  const paymentStateOf: World['paymentStateOf'] = { current: () => 'none' };
  const waiting: (() => void)[] = [];
  const visit: World['visit'] = (table, cell) => {
    const name = `${table}: ${cell}`;
    visits.set(name, (visits.get(name) ?? 0) + 1);
  };
  return {
    random,
    scheduler,
    story,
    swarm: () => swarm,
    isCalm: () => swarm === calmSwarm,
    becomeCalm: () => {
      swarm = calmSwarm;
      story.tell(null, 'calm: nothing fails any more');
    },
    strikes: (fault, userId) => {
      const rate = swarm.rates[fault];
      if (rate === 0 || !random.chance(rate)) return false;
      story.tell(userId, `fault: ${fault}`);
      visit('fault', `${paymentStateOf.current(userId)} × ${fault}`);
      return true;
    },
    breach: (rule, userId, detail) => {
      const text = (typeof detail === 'string' ? detail : JSON.stringify(detail)).slice(0, detailMax);
      breaches.push({ rule, userId, detail: text });
      story.tell(userId, `BROKEN ${rule}: ${text}`);
    },
    breaches: () => breaches,
    visit,
    visits: () => visits,
    paymentStateOf,
    whenBusy: (run) => void waiting.push(run),
    isBusy: () => {
      if (waiting.length > 0 && random.chance(0.1)) waiting.shift()?.();
    },
  };
}
