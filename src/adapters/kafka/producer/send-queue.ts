import type { Outgoing } from './outgoing.ts';

/** One call of `publish`: its messages wait, travel and are answered together. */
export type Call = {
  /** Still in the queue, oldest first. */
  readonly waiting: Outgoing[];
  /** Messages not acknowledged. */
  pending: number;
  /** Whether any of its messages was taken for the client library; from then on nobody can say that it is not in the log. */
  handed: boolean;
  /** The first answer counts. */
  readonly settle: (failure: Error | null) => void;
};

export type Taken = Outgoing & { readonly call: Call };

export type SendQueue = {
  readonly size: () => number;
  readonly push: (call: Call) => void;
  /** The oldest messages within both limits, at least one when there is any. They leave the queue. */
  readonly take: (limits: { readonly messages: number; readonly bytes: number }) => readonly Taken[];
  readonly drop: (call: Call) => void;
  readonly calls: () => readonly Call[];
};

/** First in, first out over all callers, which is what keeps the order of one key; any call can leave from the middle. */
export function createSendQueue(): SendQueue {
  const calls = new Set<Call>();
  let size = 0;
  return {
    size: () => size,
    push: (call) => {
      calls.add(call);
      size += call.waiting.length;
    },
    take: ({ messages, bytes }) => {
      const taken: Taken[] = [];
      let takenBytes = 0;
      for (const call of calls) {
        for (let next = call.waiting[0]; next !== undefined; next = call.waiting[0]) {
          if (taken.length >= messages || (taken.length > 0 && takenBytes + next.bytes > bytes)) return taken;
          taken.push({ ...next, call });
          takenBytes += next.bytes;
          call.waiting.shift();
          call.handed = true;
          size -= 1;
        }
        calls.delete(call);
      }
      return taken;
    },
    drop: (call) => {
      if (calls.delete(call)) size -= call.waiting.length;
    },
    calls: () => [...calls],
  };
}
