import { within } from '../../application/services/within.ts';
import type { Outside } from './caller.ts';
import type { HttpResult } from './http-call.ts';
import { reasonOf } from './outcome.ts';

/** Clocks that are kept agree within seconds. The hour between our 23 and the provider's 24 bears far more than this. */
const differenceMaxMs = 5 * 60_000;
/** One answer may come from a server of theirs whose clock is wrong. */
const answersMin = 2;
/** While sends are refused, the provider is asked for its time at most so often. */
const askEveryMs = 10_000;

export type ClockCheck = {
  /** Takes the `Date` of an answer; without one it says nothing. */
  readonly note: (date: string | undefined) => void;
  /** Whether the last answers came from minutes before or after our time. Then nothing may be sent: how old a key is, is unknown. */
  readonly differs: () => boolean;
  /** False until answers have shown whether the clocks agree. */
  readonly isKnown: () => boolean;
};

/** Compares our clock with the provider's. `ask` makes a call whose answer is noted, so that refused sends end by themselves. */
export function createClockCheck({ clock, log }: Outside, ask: () => Promise<unknown>): ClockCheck {
  let far = 0;
  let askedMs = -Infinity;
  let undated = 0;
  let isKnown = false;
  const differs = (): boolean => far >= answersMin;
  return {
    note: (date) => {
      const at = Date.parse(date ?? '');
      if (Number.isNaN(at)) {
        // A provider that dates nothing cannot be compared with, and sends go on. A gateway of theirs may leave it out once.
        undated += 1;
        isKnown ||= undated >= answersMin;
        return;
      }
      const differenceMs = clock.now() - at;
      const differed = differs();
      far = Math.abs(differenceMs) > differenceMaxMs ? far + 1 : 0;
      isKnown ||= far === 0 || differs();
      if (differs() === differed) return;
      const seconds = Math.round(Math.abs(differenceMs) / 1_000);
      const fields = { detail: `our clock is ${seconds} s ${differenceMs > 0 ? 'ahead' : 'behind'}` };
      if (differed) log.info('our clock agrees with the provider’s again', fields);
      else log.error('our clock differs from the provider’s, nothing is sent', fields);
    },
    differs: () => {
      if (differs() && clock.monotonicMs() - askedMs >= askEveryMs) {
        askedMs = clock.monotonicMs();
        ask().catch((cause: unknown) => log.warn('the provider could not be asked for its time', {}, cause));
      }
      return differs();
    },
    isKnown: () => isKnown,
  };
}

/** Of so many answers two differ or are undated, or one agrees: then it is known. */
const asksMax = 2 * answersMin - 1;
/** With the pause before it and the request after it, still within what a reservation allows for an answer. */
const firstAnswerMs = 1_500;

/**
 * A process that has just started has seen no answer, so its first sends wait for one. Resolves with why nothing may be sent, or with
 * null. `ask` is called once for all who wait, and again where one answer does not tell.
 */
export function createFirstAnswer(
  { clock }: Pick<Outside, 'clock'>,
  isKnown: ClockCheck['isKnown'],
  ask: () => Promise<HttpResult>,
): () => Promise<string | null> {
  let asking: Promise<string | null> | null = null;
  async function learn(): Promise<string | null> {
    for (let asked = 0; asked < asksMax && !isKnown(); asked += 1) {
      const result = await ask();
      if (result.kind === 'failed') return reasonOf(result.code);
    }
    return null;
  }
  return async () => {
    if (isKnown()) return null;
    asking ??= learn().finally(() => (asking = null));
    const asked = asking;
    return within(
      { clock, ms: firstAnswerMs },
      () => asked,
      () => 'timeout',
    );
  };
}
