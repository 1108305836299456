import type { Db } from 'mongodb';
import { waitUntil } from '../../stack/wait-until.ts';
import { nudgeClock, type Staff } from './clocks.ts';
import type { Asked } from './evidence.ts';
import { unrest } from './quiet.ts';

type Place = {
  readonly sandbox: string;
  readonly brokers: string;
  readonly db: Db;
  readonly history: readonly Asked[];
  readonly signal: AbortSignal;
};

/** An unknown charge is repeated after 45 s, 1, 2 and 5 minutes; this covers three hits in a row. */
const restMsMax = 600_000;
/** An unknown send is repeated after 45 s. */
const repeatsMs = 60_000;
/** A clock finishes its step within this on a loaded machine. */
const nudgeEveryMs = 5_000;
const restPollMs = 500;

/**
 * Waits until nothing moves; returns what still does at the deadline. A payment whose key is too old is checked hourly on
 * its test clock. So, after the repeats in real time, clocks that stand still are moved on.
 */
export async function rest(
  { sandbox, brokers, db, history, signal }: Place,
  staff: Staff,
  clocks: readonly string[],
): Promise<readonly string[]> {
  await fetch(`${sandbox}/_sandbox/faults`, { method: 'DELETE' });
  let moving: readonly string[] = ['never checked'];
  const isQuiet = async (): Promise<boolean> => (moving = await unrest(db, brokers, history)).length === 0;
  const wait = { intervalMs: restPollMs, signal };
  const deadlineMs = performance.now() + restMsMax;
  let patienceMs = repeatsMs;
  while (!(await waitUntil(isQuiet, { ...wait, timeoutMs: patienceMs })) && performance.now() < deadlineMs) {
    await Promise.all(clocks.map((id) => nudgeClock(staff, id)));
    patienceMs = nudgeEveryMs;
  }
  return moving;
}
