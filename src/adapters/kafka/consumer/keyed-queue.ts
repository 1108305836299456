/** A task never rejects: what can fail is decided inside it. */
export type Task = () => Promise<void>;

export type KeyedQueue = {
  /** Runs after every earlier task of the same key, and as soon as one of the lanes is free. */
  readonly run: (key: string, task: Task) => void;
  readonly active: () => number;
};

/**
 * Keys side by side, one key in order. A key goes to the back of the line after each of its tasks, so a key with a thousand
 * messages delays the others by one of them. The number of waiting tasks is bounded by whoever adds them.
 */
export function createKeyedQueue(limit: number): KeyedQueue {
  // A key is here from its first waiting task to the end of its last.
  const tasksOf = new Map<string, Task[]>();
  const ready: string[] = [];
  let active = 0;

  const runOldest = async (key: string, tasks: Task[]): Promise<void> => {
    active += 1;
    await tasks.shift()?.();
    active -= 1;
    if (tasks.length > 0) ready.push(key);
    else tasksOf.delete(key);
    pump();
  };

  const pump = (): void => {
    while (active < limit) {
      const key = ready.shift();
      if (key === undefined) return;
      void runOldest(key, tasksOf.get(key) ?? []);
    }
  };

  return {
    run: (key, task) => {
      const tasks = tasksOf.get(key);
      if (tasks === undefined) {
        tasksOf.set(key, [task]);
        ready.push(key);
      } else tasks.push(task);
      pump();
    },
    active: () => active,
  };
}
