/** A task never rejects: what can fail is decided inside it. */
export type Task = () => Promise<void>;

export type Lanes = {
  /** Runs after every earlier task of the same key, and as soon as one of the lanes is free. */
  readonly run: (key: string, task: Task) => void;
  /** Resolves when nothing runs and nothing waits. */
  readonly idle: () => Promise<void>;
  readonly active: () => number;
};

/**
 * Keys side by side, one key in order. A key goes to the back of the line after each of its tasks, so a key with a thousand
 * messages delays the others by one of them. The number of waiting tasks is bounded by whoever adds them.
 */
export const createLanes = (limit: number): Lanes => {
  const waiting = new Map<string, Task[]>();
  const ready: string[] = [];
  let head = 0;
  let active = 0;
  let onIdle: (() => void)[] = [];

  const nextKey = (): string | undefined => {
    const key = ready[head];
    if (key === undefined) return undefined;
    head += 1;
    // The spent front is cut off now and then instead of shifting a long array for every task.
    if (head > 1_024 && head * 2 > ready.length) {
      ready.splice(0, head);
      head = 0;
    }
    return key;
  };

  const start = (key: string): void => {
    const task = waiting.get(key)?.shift();
    if (task === undefined) return;
    active += 1;
    void task().finally(() => {
      active -= 1;
      if ((waiting.get(key)?.length ?? 0) > 0) ready.push(key);
      else waiting.delete(key);
      pump();
    });
  };

  const pump = (): void => {
    while (active < limit) {
      const key = nextKey();
      if (key === undefined) break;
      start(key);
    }
    if (active === 0 && waiting.size === 0) {
      for (const resolve of onIdle) resolve();
      onIdle = [];
    }
  };

  return {
    run: (key, task) => {
      const tasks = waiting.get(key);
      if (tasks === undefined) {
        waiting.set(key, [task]);
        ready.push(key);
      } else tasks.push(task);
      pump();
    },
    idle: () => {
      if (active === 0 && waiting.size === 0) return Promise.resolve();
      return new Promise((resolve) => onIdle.push(resolve));
    },
    active: () => active,
  };
};
