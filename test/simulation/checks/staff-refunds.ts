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
    // Revoked before, the period may have been paid anew: then it is that payment's.
    const isPaidAnew = [...entries.values()].some((other) => {
      const { subscriptionId, periodKey, paymentId: otherId = '' } = witness.operations.get(other.key) ?? {};
      const isOfPeriod = subscriptionId === operation.subscriptionId && periodKey === operation.periodKey;
      const isTaken = other.object === 'payment' && other.status === 'succeeded' && otherId !== paymentId;
      return isTaken && isOfPeriod && promisedMinor(witness, otherId) < other.amountMinor;
    });
    if (operation.periodKey === present && isWhole && !isPaidAnew)
      world.breach('13: access is revoked with the whole money of its period', userId, { paymentId, present });
  }
}

type Message = { readonly schema: string; readonly value: Readonly<Record<string, unknown>> | null };

function notePaidBack(entries: Saved['entries'], { schema, value }: Message): void {
  if (!schema.startsWith('refund-recorded-external') || value?.['by'] !== 'staff') return;
  const entry = entries.get(String(value['providerPaymentId']));
  const { amountMinor } = value['amount'] as { readonly amountMinor: number };
  if (entry?.object === 'payment') entry.paidBackMinor += amountMinor;
}

/** The bank takes what staff have recorded, and staff have given back what they record past the provider. */
export function noteRecorded({ witness, entries, userId, save }: Saved): void {
  for (const { schema, value } of save.entry?.messages ?? []) {
    notePaidBack(entries, { schema, value });
    if (!schema.startsWith('payment-chargeback-recorded')) continue;
    const entry = entries.get(String(value?.['providerPaymentId']));
    const { amountMinor } = value?.['amount'] as { readonly amountMinor: number };
    if (entry?.object !== 'payment') continue;
    const minor = value?.['won'] === true ? 0 : amountMinor;
    if (entry.chargedBackMinor === 0 && minor > 0) witness.chargedBack.add(userId);
    entry.chargedBackMinor = minor;
  }
}

/** 35: from a chargeback until staff allow charges nothing is paid for, and nothing is charged. */
export function checkStopped({ world, witness, userId, after, save }: Saved): void {
  const facts = save.entry?.messages ?? [];
  if (facts.some(({ schema }) => schema.startsWith('payment-created')) && isStopped(witness, userId, save))
    world.breach('35: nothing is bought after a chargeback', userId, after.payment?.id);
  if (isStopped(witness, userId, save) && after.entitlement?.active === true)
    world.breach('35: no access after a chargeback', userId, after.subscription?.id);
}

/** Until an order of staff to allow charges is saved. */
function isStopped({ chargedBack }: Saved['witness'], userId: string, save: Saved['save']): boolean {
  const allowed = save.entry?.rows.some(
    (row) => row.model === 'audit' && row.row.action === 'subscription.allow_charges',
  );
  if (allowed === true) chargedBack.delete(userId);
  return chargedBack.has(userId);
}
