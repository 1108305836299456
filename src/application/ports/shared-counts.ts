/** What one process has let through for a key. The key is a hash: the row is read by no one who must know the person. */
export type Taken = { readonly key: string; readonly count: number };

/** Where the API processes tell each other of keys that come near their limit. */
export type SharedCounts = {
  /** Tells what this process counts, and returns what each other living process reported last. */
  readonly exchange: (id: string, taken: readonly Taken[]) => Promise<readonly (readonly Taken[])[]>;
  readonly leave: (id: string) => Promise<void>;
};

/** A process that has reported nothing for so long is gone. */
export const silentMs = 5_000;
