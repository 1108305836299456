/** What a provider would limit: calls under way at once, and calls that arrived in any one second. */
export type Load = { readonly in_flight_max: number; readonly per_second_max: number; readonly calls: number };

export type LoadMeter = {
  /** A call has arrived. The result is called when its answer has left, or its connection has closed. */
  readonly arrive: () => () => void;
  readonly read: () => Load;
};

const windowMs = 1_000;

/** Measures itself, because a client cannot know what arrives here together. */
export function createLoadMeter(monotonicMs: () => number): LoadMeter {
  const arrivedMs: number[] = [];
  let inFlight = 0;
  let most: Load = { in_flight_max: 0, per_second_max: 0, calls: 0 };
  return {
    arrive: () => {
      const nowMs = monotonicMs();
      while ((arrivedMs[0] ?? nowMs) <= nowMs - windowMs) arrivedMs.shift();
      arrivedMs.push(nowMs);
      inFlight += 1;
      most = {
        in_flight_max: Math.max(most.in_flight_max, inFlight),
        per_second_max: Math.max(most.per_second_max, arrivedMs.length),
        calls: most.calls + 1,
      };
      return () => void (inFlight -= 1);
    },
    read: () => most,
  };
}
