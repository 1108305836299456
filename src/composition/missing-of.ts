import type { Clock } from '../application/ports/clock.ts';
import { within } from '../application/services/within.ts';

/** Whether it is there; a text says what of it is missing. */
type Answer = boolean | string;
export type Check = () => Answer | Promise<Answer>;

/** What a process needs, by name, and whether it has it now. */
export type Needs = Readonly<Record<string, Check>>;

/** Shorter than the 3 s that a probe waits. What has not answered by then counts as missing. */
const answerMsMax = 2_000;

async function answerOf(check: Check, clock: Pick<Clock, 'wait'>): Promise<Answer> {
  try {
    return await within({ clock, ms: answerMsMax }, check, () => false);
  } catch {
    return false;
  }
}

/** The names of what is missing, checked all at once. */
export async function missingOf(needs: Needs, clock: Pick<Clock, 'wait'>): Promise<readonly string[]> {
  const answers = await Promise.all(
    Object.entries(needs).map(async ([name, check]) => {
      const answer = await answerOf(check, clock);
      if (answer === true) return [];
      return [answer === false ? name : `${name}: ${answer}`];
    }),
  );
  return answers.flat();
}
