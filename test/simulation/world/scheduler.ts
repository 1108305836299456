/** A process that may die or sleep: its scheduled work is dropped when it is dead, and delayed while it sleeps. */
export type Owner = { readonly isDead: () => boolean; readonly sleepsUntil: () => number };

export type Scheduled = { readonly cancel: () => void };

export type Scheduler = {
  /** True time. The processes do not know it: each has a clock of its own. */
  readonly now: () => number;
  readonly at: (instant: number, run: () => void, owner?: Owner) => Scheduled;
  readonly after: (ms: number, run: () => void, owner?: Owner) => Scheduled;
  /** Runs everything up to the instant, and then it is that time. */
  readonly runUntil: (instant: number) => Promise<void>;
  readonly steps: () => number;
};

type Entry = { at: number; order: number; run: (() => void) | null; owner: Owner | null };

const comesFirst = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** A binary heap: the first entry is the next one to run. */
function createQueue() {
  const heap: Entry[] = [];
  return {
    first: (): Entry | undefined => heap[0],
    push: (entry: Entry): void => {
      let at = heap.length;
      for (let up = (at - 1) >> 1; at > 0; at = up, up = (at - 1) >> 1) {
        const parent = heap[up];
        if (parent === undefined || !comesFirst(entry, parent)) break;
        heap[at] = parent;
      }
      heap[at] = entry;
    },
    shift: (): void => {
      const last = heap.pop();
      if (last === undefined || heap.length === 0) return;
      let at = 0;
      for (let down = 1; down < heap.length; at = down, down = 2 * at + 1) {
        const [left, right] = [heap[down], heap[down + 1]];
        if (left === undefined) break;
        const isRight = right !== undefined && comesFirst(right, left);
        const child = isRight ? right : left;
        if (!comesFirst(child, last)) break;
        if (isRight) down += 1;
        heap[at] = child;
      }
      heap[at] = last;
    },
  };
}

/**
 * Owns every wait of the run: one step runs at a time, and after it every continuation that needs no wait. `turn` takes a
 * turn of the real event loop, in which those continuations run.
 */
export function createScheduler(
  start: number,
  options: {
    /** A run with more steps never comes to rest. */
    readonly stepsMax: number;
    readonly neverRests: () => void;
    readonly turn: () => Promise<void>;
    readonly isOver: () => boolean;
  },
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
  /** Null when the entry is dropped or delayed. */
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
        if (steps > options.stepsMax) options.neverRests();
        run();
        await options.turn();
      }
      now = Math.max(now, instant);
    },
    steps: () => steps,
  };
}
