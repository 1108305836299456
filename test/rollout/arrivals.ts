import { live, type LoadOptions, type Book } from '../chaos/load.ts';
import type { Asked } from '../chaos/evidence.ts';
import { pause } from '../chaos/pause.ts';

export type Arrivals = {
  readonly history: readonly Asked[];
  /** Buyers who did not come because too many were still waiting: the load was not what it should have been. */
  readonly turnedAway: () => number;
  readonly stop: () => Promise<void>;
};

/** Of a chaos user's life: one purchase, and of one in four each a repeat and another one. */
const purchasesPerLife = 1.5;
/** Twenty seconds' worth at twenty a second. Behind so many the system is not slow but stuck, and more would only fill memory. */
const livesMax = 300;
/** How late the clock of this program may look at the time: a new buyer comes at most so late. */
const tickMs = 10;

/** Purchases come at an even rate, however slow the answers are: a slow system meets as many as a fast one. */
export function startArrivals(options: LoadOptions, perSecond: number): Arrivals {
  const history: Asked[] = [];
  let [counter, turnedAway, going] = [0, 0, true];
  const book: Book = { history, servedMs: [], tick: () => (counter += 1), isGoing: () => going };
  const lives = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const startedMs = performance.now();
  async function arrive(): Promise<void> {
    for (let count = 0; going;) {
      for (; count < ((performance.now() - startedMs) / 1000) * (perSecond / purchasesPerLife); count += 1) {
        if (lives.size >= livesMax) {
          turnedAway += 1;
          continue;
        }
        const life = live(options, book).catch((error: unknown) => void failures.push(error));
        lives.add(life);
        void life.then(() => lives.delete(life));
      }
      await pause(tickMs);
    }
  }
  const arriving = arrive();
  return {
    history,
    turnedAway: () => turnedAway,
    stop: async () => {
      going = false;
      await arriving;
      await Promise.all(lives);
      if (failures.length > 0) throw failures[0];
    },
  };
}
