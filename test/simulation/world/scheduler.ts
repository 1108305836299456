/** Somebody whose work can be cut off: what was scheduled for him is dropped when he is dead, later when he sleeps. */
export type Owner = { readonly isDead: () => boolean; readonly sleepsUntil: () => number };

export type Scheduled = { readonly cancel: () => void };

export type Scheduler = {
  /** True time, which no process knows: each has a clock of its own. */
  readonly now: () => number;
  readonly at: (instant: number, run: () => void, owner?: Owner) => Scheduled;
  readonly after: (ms: number, run: () => void, owner?: Owner) => Scheduled;
  /** Runs everything up to the instant, then it is that time. */
  readonly runUntil: (instant: number) => Promise<void>;
  readonly steps: () => number;
};

type Entry = { at: number; order: number; run: (() => void) | null; owner: Owner | null };

const comesFirst = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** A binary heap: the next thing to happen is always the first entry. */
const createQueue = () => {
  const heap: Entry[] = [];
  /** Whether the entry at `a` comes before the one at `b`; places beyond the end come last. */
  const isBefore = (a: number, b: number): boolean => {
    const [one, other] = [heap[a], heap[b]];
    return one !== undefined && (other === undefined || comesFirst(one, other));
  };
  const swap = (a: number, b: number): void => {
    const [one, other] = [heap[a], heap[b]];
    if (one === undefined || other === undefined) return;
    heap[a] = other;
    heap[b] = one;
  };
  return {
    first: (): Entry | undefined => heap[0],
    push: (entry: Entry): void => {
      heap.push(entry);
      for (let at = heap.length - 1; at > 0 && isBefore(at, (at - 1) >> 1); at = (at - 1) >> 1) swap(at, (at - 1) >> 1);
    },
    shift: (): void => {
      const last = heap.pop();
      if (last === undefined || heap.length === 0) return;
      heap[0] = last;
      for (let at = 0, next = 1; next < heap.length; at = next, next = 2 * at + 1) {
        if (isBefore(next + 1, next)) next += 1;
        if (!isBefore(next, at)) return;
        swap(next, at);
      }
    },
  };
};

/**
 * Owns every wait of the run: nothing goes on but what it picks, one step at a time, and after each step everything that
 * can go on without waiting has gone on. `turn` lets that happen: a turn of the real event loop.
 */
export function createScheduler(
  start: number,
  options: { readonly stepsMax: number; readonly turn: () => Promise<void>; readonly isOver: () => boolean },
): Scheduler {
  const queue = createQueue();
  let now = start;
  let order = 0;
  let steps = 0;
  const at: Scheduler['at'] = (instant, run, owner) => {
    const entry: Entry = { at: Math.max(instant, now), order: (order += 1), run, owner: owner ?? null };
    queue.push(entry);
    return { cancel: () => void (entry.run = null) };
  };
  /** Null when there is nothing to run: cut off, or later because its owner sleeps. */
  const due = (entry: Entry): (() => void) | null => {
    if (entry.run === null || entry.owner?.isDead() === true) return null;
    const wakesAt = entry.owner?.sleepsUntil() ?? 0;
    if (wakesAt <= entry.at) return entry.run;
    queue.push({ ...entry, at: wakesAt, order: (order += 1) });
    return null;
  };
  return {
    now: () => now,
    at,
    after: (ms, run, owner) => at(now + ms, run, owner),
    runUntil: async (instant) => {
      for (
        let entry = queue.first();
        entry !== undefined && entry.at <= instant && !options.isOver();
        entry = queue.first()
      ) {
        queue.shift();
        const run = due(entry);
        if (run === null) continue;
        now = entry.at;
        steps += 1;
        if (steps > options.stepsMax) throw new Error(`more than ${options.stepsMax} steps: something never rests`);
        run();
        await options.turn();
      }
      now = Math.max(now, instant);
    },
    steps: () => steps,
  };
}
