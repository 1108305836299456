/** Never rejects: a task handles its own failures. */
export type Task = () => Promise<void>;

export type KeyedQueue = {
  /** Runs after every earlier task of the same key, and as soon as one of the lanes is free. */
  readonly run: (key: string, task: Task) => void;
  readonly active: () => number;
};

/**
 * Runs keys in parallel, and the tasks of one key in order. A key goes to the end of the queue after each of its tasks, so
 * a key with a thousand tasks delays the others by one. The caller bounds the number of waiting tasks.
 */
export function createKeyedQueue(limit: number): KeyedQueue {
  // Has a key from its first waiting task to the end of its last.
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
