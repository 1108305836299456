import type { Recall } from '../../application/restore/recall.ts';

type Verdict = { readonly code: 0 | 1 | 2; readonly names: readonly string[]; readonly sentence: string };

const complete = 'The restore is complete: start the services.';

/** How the command ends. `names` are what a person must look at, one a line. */
export function verdictOf({
  unreadable,
  unrecalled,
  unheld,
  unavailable,
}: Pick<Recall, 'unreadable' | 'unrecalled' | 'unheld' | 'unavailable'>): Verdict {
  const names = [
    ...unreadable.map((id) => `could not be read, look at it in the cabinet: ${id}`),
    ...unrecalled.map(
      ({ userId, object, id }) =>
        `could not be recalled: ${object === null ? 'the read models' : `the ${object} ${id}`} of the user ${userId}`,
    ),
  ];
  if (unavailable !== null)
    return { code: 1, names, sentence: `The provider cannot be read: ${unavailable}. Run the same command again.` };
  if (unrecalled.length === 0) return { code: 0, names, sentence: complete };
  const except = unheld.length === 0 ? '' : `, except of those whose document takes no change: ${unheld.join(', ')}`;
  const held = `The subscriptions of the users who could not be recalled are held${except}.`;
  return { code: 2, names, sentence: `${complete} ${held} docs/disaster.md, "What is named", says what to do.` };
}
