import type { Clock } from '../application/ports/clock.ts';
import { within } from '../application/within.ts';

export type Check = () => boolean | Promise<boolean>;

/** What a process needs, by name, and whether it has it now. */
export type Needs = Readonly<Record<string, Check>>;

/** Shorter than any prober waits (3 s): what has not answered by then is away. */
const answerMsMax = 2_000;

async function isThere(check: Check, clock: Pick<Clock, 'wait'>): Promise<boolean> {
  try {
    return (await within({ clock, ms: answerMsMax }, check)) === true;
  } catch {
    return false;
  }
}

/** The names of what is away, asked for all at once. */
export async function missingOf(needs: Needs, clock: Pick<Clock, 'wait'>): Promise<readonly string[]> {
  const answers = await Promise.all(
    Object.entries(needs).map(async ([name, check]) => ((await isThere(check, clock)) ? [] : [name])),
  );
  return answers.flat();
}
