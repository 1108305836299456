/** One call of `publish`: its messages wait, travel and are answered together. */
export type Call = {
  /** Messages neither acknowledged nor given up. */
  pending: number;
  /** Whether any of its messages reached the client library; from then on nobody can say that it is not in the log. */
  handed: boolean;
  settled: boolean;
  readonly settle: (failure: Error | null) => void;
};

export type Entry = {
  readonly call: Call;
  readonly topic: string;
  readonly message: { readonly key: string; readonly value: Buffer | null; readonly headers: Record<string, string> };
  readonly bytes: number;
};

export type SendQueue = {
  readonly size: () => number;
  readonly push: (entries: readonly Entry[]) => void;
  /** The oldest entries within both limits, at least one when there is any. They leave the queue. */
  readonly take: (limits: { readonly messages: number; readonly bytes: number }) => readonly Entry[];
  readonly dropCall: (call: Call) => void;
  readonly calls: () => ReadonlySet<Call>;
};

/** First in, first out over all callers, which is what keeps the order of one key; any call can leave from the middle. */
export const createSendQueue = (): SendQueue => {
  const entriesOf = new Map<Call, Entry[]>();
  const queue = new Set<Entry>();
  const remove = (entry: Entry): void => {
    queue.delete(entry);
    const left = entriesOf.get(entry.call);
    // A call's entries are taken oldest first, so its list ends when its last one goes.
    if (left?.at(-1) === entry) entriesOf.delete(entry.call);
  };
  return {
    size: () => queue.size,
    push: (entries) => {
      for (const entry of entries) {
        queue.add(entry);
        const list = entriesOf.get(entry.call);
        if (list === undefined) entriesOf.set(entry.call, [entry]);
        else list.push(entry);
      }
    },
    take: ({ messages, bytes }) => {
      const taken: Entry[] = [];
      let takenBytes = 0;
      for (const entry of queue) {
        if (taken.length >= messages || (taken.length > 0 && takenBytes + entry.bytes > bytes)) break;
        taken.push(entry);
        takenBytes += entry.bytes;
      }
      taken.forEach(remove);
      return taken;
    },
    dropCall: (call) => {
      for (const entry of entriesOf.get(call) ?? []) queue.delete(entry);
      entriesOf.delete(call);
    },
    calls: () => new Set(entriesOf.keys()),
  };
};
