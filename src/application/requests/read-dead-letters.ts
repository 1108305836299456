import type { DeadLetterPlace, DeadLetterQuery, DeadLetters, KeptDeadLetter } from '../ports/dead-letters.ts';
import type { SealedRecords, ShownRecord } from '../ports/sealed-records.ts';

export type ReadDeadLetterServices = {
  readonly deadLetters: Pick<DeadLetters, 'list' | 'find'>;
  readonly records: Pick<SealedRecords, 'show'>;
};

export type ListedDeadLetter = Omit<KeptDeadLetter, 'sealed'>;

const cursorOf = ({ firstFailedAt, id }: DeadLetterPlace): string => `${firstFailedAt}_${id}`;

/** Null for a text that no list has given. */
function placeOf(cursor: string): DeadLetterPlace | null {
  const [, instant, id] = /^(\d{1,15})_(.+)$/s.exec(cursor) ?? [];
  return instant === undefined || id === undefined ? null : { firstFailedAt: Number(instant), id };
}

/** One page, newest first. `next` is the cursor of the following page; null at the end. */
export async function listDeadLetters(
  { deadLetters }: Pick<ReadDeadLetterServices, 'deadLetters'>,
  { cursor, ...query }: Omit<DeadLetterQuery, 'after'> & { readonly cursor: string | null },
): Promise<{ readonly letters: readonly ListedDeadLetter[]; readonly next: string | null } | 'no_such_cursor'> {
  const after = cursor === null ? null : placeOf(cursor);
  if (cursor !== null && after === null) return 'no_such_cursor';
  const found = await deadLetters.list({ ...query, after, limit: query.limit + 1 });
  const letters = found.slice(0, query.limit);
  const last = letters.at(-1);
  return { letters, next: found.length > letters.length && last !== undefined ? cursorOf(last) : null };
}

/** A dead letter with its record in clear; the record is null where it was sealed with another key. */
export async function readDeadLetter(
  { deadLetters, records }: ReadDeadLetterServices,
  id: string,
): Promise<{ readonly letter: ListedDeadLetter; readonly record: ShownRecord | null } | null> {
  const found = await deadLetters.find(id);
  if (found === null) return null;
  const { sealed, ...letter } = found;
  return { letter, record: await records.show({ ...letter, sealed }) };
}
