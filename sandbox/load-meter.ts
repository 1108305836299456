/** What a provider would limit: calls under way at once, and calls that arrived in any second, and in any ten. */
export type Load = {
  readonly in_flight_max: number;
  readonly per_second_max: number;
  readonly per_ten_seconds_max: number;
  readonly calls: number;
};

export type LoadMeter = {
  /** A call has arrived. The result is called when its answer has left, or its connection has closed. */
  readonly arrive: () => () => void;
  /** To be called over and over: the program is not waiting for a core. */
  readonly beat: () => void;
  readonly read: () => Load;
};

const secondMs = 1_000;

/**
 * Measures itself, because a client cannot know what arrives here together. While this program waits for a core, calls gather that
 * have come one by one. So a call is as old as it can be: it came after the beat before the last one, or it would have been seen then.
 */
export function createLoadMeter(monotonicMs: () => number): LoadMeter {
  const cameAfterMs: number[] = [];
  let beats: readonly [before: number, last: number] = [Infinity, Infinity];
  let inFlight = 0;
  let most: Load = { in_flight_max: 0, per_second_max: 0, per_ten_seconds_max: 0, calls: 0 };
  return {
    beat: () => void (beats = [beats[1], monotonicMs()]),
    arrive: () => {
      const nowMs = monotonicMs();
      const since = (seconds: number): number => nowMs - seconds * secondMs;
      while ((cameAfterMs[0] ?? nowMs) <= since(10)) cameAfterMs.shift();
      cameAfterMs.push(Math.min(nowMs, beats[0]));
      const within = (seconds: number): number => cameAfterMs.filter((at) => at > since(seconds)).length;
      inFlight += 1;
      most = {
        in_flight_max: Math.max(most.in_flight_max, inFlight),
        per_second_max: Math.max(most.per_second_max, within(1)),
        per_ten_seconds_max: Math.max(most.per_ten_seconds_max, within(10)),
        calls: most.calls + 1,
      };
      return () => void (inFlight -= 1);
    },
    read: () => most,
  };
}
