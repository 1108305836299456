import type { Saved } from './saved.ts';

/** For 8: an uncancel takes the cancels back once it is completed, which may be when a method is bound. */
export function noteUncancels({ witness, before, after }: Saved): void {
  const known = new Map(before?.commands.map(({ id, outcome }) => [id, outcome]));
  for (const { id, type, acceptedAt, outcome } of after.commands) {
    if (type !== 'subscription.uncancel') continue;
    if (!known.has(id)) witness.uncancels.set(id, witness.cancels.length);
    if (outcome?.kind !== 'completed' || known.get(id)?.kind === 'completed') continue;
    const earlier = witness.cancels.slice(0, witness.uncancels.get(id));
    const undone = earlier.filter(({ subscriptionId }) => subscriptionId === before?.subscription?.id);
    for (const cancel of undone.filter(({ undoneAt }) => undoneAt === null))
      Object.assign(cancel, { undoneAt: acceptedAt, undoneBy: id });
  }
}
