import { trusted } from 'mongoose';
import {
  type DeadLetter,
  type DeadLetterPlace,
  type DeadLetterQuery,
  type DeadLetters,
  deadLetterId,
  type KeptDeadLetter,
  timedDeadLetterId,
} from '../../application/ports/dead-letters.ts';
import type { DeadLetterRow } from './models/dead-letters.ts';
import type { Models } from './models/open-models.ts';
import { askStore, isDuplicateKey } from './store-fault.ts';

const letterOf = <Row extends Omit<DeadLetterRow, 'sealed'>>({
  _id: id,
  timestamp,
  firstFailedAt,
  closedAt,
  ...row
}: Row) => ({
  ...row,
  id,
  timestamp: timestamp?.getTime() ?? null,
  firstFailedAt: firstFailedAt.getTime(),
  closedAt: closedAt?.getTime() ?? null,
});

/** The next ones in the order of the list: older ones, and of the same instant those with a smaller id. */
function following({ firstFailedAt, id }: DeadLetterPlace) {
  const at = new Date(firstFailedAt);
  return { $or: [{ firstFailedAt: trusted({ $lt: at }) }, { firstFailedAt: at, _id: trusted({ $lt: id }) }] };
}

const filterOf = ({ state, topic, errorCode, after }: DeadLetterQuery) => ({
  ...(state === null ? {} : { state }),
  ...(topic === null ? {} : { topic }),
  ...(errorCode === null ? {} : { errorCode }),
  ...(after === null ? {} : following(after)),
});

export function createDeadLetters({ deadLetters: letters }: Models): DeadLetters {
  const find = async (id: string): Promise<KeptDeadLetter | null> => {
    const row = await letters.findOne({ _id: id }).lean<DeadLetterRow>();
    return row === null ? null : letterOf(row);
  };
  const idOf = async (letter: DeadLetter): Promise<string> => {
    const id = deadLetterId(letter);
    const row = await letters.findOne({ _id: id }, { timestamp: 1 }).lean<Pick<DeadLetterRow, 'timestamp'>>();
    return row === null || (row.timestamp?.getTime() ?? null) === letter.timestamp ? id : timedDeadLetterId(letter);
  };
  return {
    idOf: (letter) => askStore(() => idOf(letter)),
    keep: (letter) =>
      askStore(async () => {
        const { timestamp, firstFailedAt } = letter;
        const _id = await idOf(letter);
        const times = {
          timestamp: timestamp === null ? null : new Date(timestamp),
          firstFailedAt: new Date(firstFailedAt),
        };
        try {
          await letters.create({ ...letter, ...times, _id, state: 'open', closedAt: null });
        } catch (error) {
          if (!isDuplicateKey(error)) throw error;
        }
      }),
    list: (query) =>
      askStore(async () => {
        const found = await letters
          .find(filterOf(query), { sealed: 0 })
          .sort({ firstFailedAt: -1, _id: -1 })
          .limit(query.limit)
          .lean<Omit<DeadLetterRow, 'sealed'>[]>();
        return found.map(letterOf);
      }),
    find: (id) => askStore(() => find(id)),
    close: (id, as, at) =>
      askStore(async () => {
        await letters.updateOne({ _id: id, state: 'open' }, { $set: { state: as, closedAt: new Date(at) } });
        return (await find(id))?.state ?? null;
      }),
  };
}
