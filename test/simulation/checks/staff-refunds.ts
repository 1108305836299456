import type { Saved } from './saved.ts';
import { promisedMinor } from './leaving.ts';

/** What the simulation keeps of a command, as its message had it. */
export type SeenCommand = { readonly mode?: string; readonly revokes?: string };

/** 13: staff who give the whole money of the present period back and revoke access end it in that save. */
export function checkRevoked(
  { world, witness, entries, userId, before, after }: Omit<Saved, 'save'>,
  commands: ReadonlyMap<string, SeenCommand>,
): void {
  const known = new Set(before?.commands.map(({ id }) => id));
  const { subscription } = after;
  for (const { id, outcome } of after.commands) {
    const paymentId = commands.get(id)?.revokes;
    if (known.has(id) || paymentId === undefined || outcome?.kind !== 'completed') continue;
    const operation = [...witness.operations.values()].find(
      (one) => one.paymentId === paymentId && one.kind !== 'refund',
    );
    const entry = [...entries.values()].find(
      (one) => one.object === 'payment' && one.metadata['payment_id'] === paymentId,
    );
    if (subscription === null || !('methodId' in subscription) || subscription.id !== operation?.subscriptionId)
      continue;
    const present = subscription.term.periodIndex === 0 ? 'initial' : `period:${subscription.term.periodIndex}`;
    const isWhole = promisedMinor(witness, paymentId) >= (entry?.amountMinor ?? Infinity);
    if (operation.periodKey === present && isWhole)
      world.breach('13: access is revoked with the whole money of its period', userId, { paymentId, present });
  }
}
