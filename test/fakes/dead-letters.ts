import {
  type DeadLetter,
  type DeadLetters,
  deadLetterId,
  type KeptDeadLetter,
  timedDeadLetterId,
} from '../../src/application/ports/dead-letters.ts';

/** Newest first; of the same instant the larger id first. */
const inListOrder = (a: Pick<KeptDeadLetter, 'firstFailedAt' | 'id'>, b: typeof a): number =>
  b.firstFailedAt - a.firstFailedAt || (a.id < b.id ? 1 : a.id === b.id ? 0 : -1);

function listed(row: KeptDeadLetter): Omit<KeptDeadLetter, 'sealed'> {
  const shown: Record<string, unknown> = { ...row };
  delete shown['sealed'];
  return shown as Omit<KeptDeadLetter, 'sealed'>;
}

/** Dead letters in memory, for tests and simulations; the same contract. */
export function createMemoryDeadLetters(): DeadLetters {
  const rows = new Map<string, KeptDeadLetter>();
  const idOf = (letter: DeadLetter): string => {
    const id = deadLetterId(letter);
    return (rows.get(id) ?? letter).timestamp === letter.timestamp ? id : timedDeadLetterId(letter);
  };
  return {
    idOf: (letter) => Promise.resolve(idOf(letter)),
    keep: (letter) => {
      const id = idOf(letter);
      if (!rows.has(id)) rows.set(id, { ...letter, id, state: 'open', closedAt: null });
      return Promise.resolve();
    },
    list: ({ state, topic, errorCode, after, limit }) =>
      Promise.resolve(
        [...rows.values()]
          .filter((row) => state === null || row.state === state)
          .filter((row) => topic === null || row.topic === topic)
          .filter((row) => errorCode === null || row.errorCode === errorCode)
          .filter((row) => after === null || inListOrder(after, row) < 0)
          .toSorted(inListOrder)
          .slice(0, limit)
          .map(listed),
      ),
    find: (id) => Promise.resolve(rows.get(id) ?? null),
    close: (id, as, at) => {
      const row = rows.get(id);
      if (row?.state === 'open') rows.set(id, { ...row, state: as, closedAt: at });
      return Promise.resolve(rows.get(id)?.state ?? null);
    },
  };
}
