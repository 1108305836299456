import type { Log } from '../application/ports/log.ts';

/**
 * Closes what was opened, in reverse order. A failure to close one does not keep the others open. AsyncDisposableStack
 * would join all failures into one error without names, and refuse what still opens while the process ends.
 */
export type Closers = {
  readonly add: (name: string, close: () => Promise<unknown>) => void;
  readonly closeAll: (log: Log) => Promise<void>;
};

export function createClosers(): Closers {
  const opened: { readonly name: string; readonly close: () => Promise<unknown> }[] = [];
  return {
    add: (name, close) => void opened.push({ name, close }),
    closeAll: async (log) => {
      for (const { name, close } of opened.toReversed()) {
        try {
          await close();
        } catch (cause) {
          log.warn('did not close cleanly', { name }, cause);
        }
      }
    },
  };
}
