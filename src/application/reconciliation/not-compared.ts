import type { Difference } from '../../domain/model/difference.ts';
import { isRetryable } from '../ports/faults.ts';
import type { Log } from '../ports/log.ts';

type Name = {
  readonly subject: Difference['subject'];
  /** Null where nothing says whose it is. */
  readonly userId: string | null;
};

/** An object whose comparison fails by itself, such as that of a document that cannot be read. */
export type NotCompared = Name & { readonly cause: unknown };

/**
 * Does the work for each, one after the other. One that fails is put aside, or it would keep every later object of its window from
 * being compared, at each run. A retryable fault is thrown: while MongoDB is down each object would fail, and none is at fault.
 */
export async function eachApart<Item, Result>(
  items: readonly Item[],
  nameOf: (item: Item) => Name,
  work: (item: Item) => Result | Promise<Result>,
): Promise<{ readonly results: readonly Result[]; readonly notCompared: readonly NotCompared[] }> {
  const results: Result[] = [];
  const notCompared: NotCompared[] = [];
  for (const item of items) {
    try {
      results.push(await work(item));
    } catch (cause) {
      if (isRetryable(cause)) throw cause;
      notCompared.push({ ...nameOf(item), cause });
    }
  }
  return { results, notCompared };
}

/** Error lines of one slice. A bug that fails every object must not write ten thousand of them; the next comparison names further ones. */
export const namedMax = 20;
const todo = 'report the error; the slice is compared again every ten minutes, and agrees once it is corrected';

/** Names each in an error line, so that a person looks at it. */
export function alertToNotCompared(log: Log, notCompared: readonly NotCompared[]): void {
  for (const { subject, userId, cause } of notCompared.slice(0, namedMax)) {
    const about = { objectType: subject.object, objectId: subject.id, userId, detail: todo };
    log.error('an object cannot be compared with our books', about, cause);
  }
  const unnamed = notCompared.length - namedMax;
  if (unnamed > 0) log.error('further objects cannot be compared with our books', { count: unnamed, detail: todo });
}
