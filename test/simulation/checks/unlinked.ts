import type { SubscriberSave } from '../../../src/application/ports/subscriber-store.ts';
import { hourMs } from '../../../src/domain/model/instant.ts';
import type { Payment } from '../../../src/domain/model/payment.ts';
import type { Subscriber } from '../../../src/domain/model/subscriber.ts';
import type { BindingEntry } from '../provider/provider-bindings.ts';
import { cardOf, type Entry, keptMinor, type PaymentEntry } from '../provider/provider-ledger.ts';
import type { World } from '../world/world.ts';
import type { Outside } from './outside.ts';
import type { Unlink, Witness } from './witness.ts';

type Saved = { readonly before: Subscriber | null; readonly after: Subscriber; readonly save: SubscriberSave };

const openPayments = (state: Subscriber | null): readonly Payment[] =>
  state === null ? [] : [...(state.payment === null ? [] : [state.payment]), ...state.watched];

/** What the provider has of pages, by the id of what they saved: of payments, and of bindings. */
type Pages = { readonly entries: ReadonlyMap<string, Entry>; readonly bindings: ReadonlyMap<string, BindingEntry> };
type Page = Pick<PaymentEntry, 'id' | 'createdAt' | 'metadata'>;

function pageOf({ entries, bindings }: Pages, methodId: string): Page | null {
  const entry = entries.get(methodId) ?? bindings.get(methodId);
  return entry === undefined || entry.object === 'refund' ? null : entry;
}

/**
 * The unlinks of a user that came after their page. One that is read again after a restore came when it was saved first: the
 * pages of since then are taken after it, unless the document holds them already.
 */
const since = ({ unlinks }: Witness, page: Page): readonly Unlink[] =>
  unlinks.filter(
    ({ userId, at, held }) => userId === page.metadata['user_id'] && (page.createdAt < at || held.has(page.id)),
  );

/** The unlinks of the card behind the method, since its page was opened: each forbids its charges. */
const against = (witness: Witness, page: Page): readonly Unlink[] =>
  since(witness, page).filter(({ card }) => card === cardOf(page.id));

/** What the document holds of pages, by the id of what they save. */
const heldIn = (state: Subscriber | null): ReadonlySet<string> =>
  new Set([
    ...(state?.methods ?? []).map(({ id }) => id),
    ...openPayments(state).flatMap(({ providerPaymentId }) => providerPaymentId ?? []),
    ...(state?.binding?.providerMethodId == null ? [] : [state.binding.providerMethodId]),
  ]);

/** 26: from the save of an unlink on no request charges the card, under any id, and no page that was open saves it. */
export function checkUnlinked(world: World, witness: Witness, pages: Pages, { before, after, save }: Saved): void {
  const { userId } = after;
  for (const payment of openPayments(after)) {
    const sendsBefore = openPayments(before).find(({ id }) => id === payment.id)?.send.sends ?? 0;
    const page = payment.methodId === null ? null : pageOf(pages, payment.methodId);
    if (page === null || payment.send.sends === sendsBefore) continue;
    if (against(witness, page).length > 0)
      world.breach('26: no charge to a card after its unlink', userId, {
        paymentId: payment.id,
        card: cardOf(page.id),
      });
  }
  const messages = save.entry?.messages ?? [];
  for (const { schema, value } of messages) {
    const isBound = schema.startsWith('payment-method-bound');
    if (isBound || schema.startsWith('payment-method-saved')) {
      const known = new Set(before?.methods.map(({ id }) => id));
      const saved = after.methods.find(({ id }) => !known.has(id));
      const page = saved === undefined ? null : pageOf(pages, saved.id);
      if (isBound && page !== null && against(witness, page).length > 0)
        world.breach('26: a binding opened before an unlink does not save the card', userId, page.id);
      if (!isBound && page !== null && since(witness, page).length > 0)
        world.breach('26: a page opened before an unlink saves nothing', userId, page.id);
    }
    if (!schema.startsWith('payment-method-unlinked')) continue;
    const { last4 } = value?.['method'] as { readonly last4: string | null };
    const command = after.commands.findLast(({ type }) => type === 'payment_method.unlink');
    const commandId = command?.id ?? null;
    const acceptedAt = command?.acceptedAt ?? Infinity;
    // One that is read again and unlinks more than it did comes where it came then: before the pages of later. Of the last hour it
    // may be read for the first time.
    const isReadAgain = acceptedAt < (witness.wentBackAt ?? -Infinity) - hourMs;
    const at = witness.forgottenUnlinks.get(commandId ?? '') ?? (isReadAgain ? acceptedAt : world.scheduler.now());
    witness.unlinks.push({ userId, card: last4 ?? 'SBP', commandId, held: heldIn(before), at, acceptedAt });
  }
}

/** 26: what was charged between the acceptance of an unlink and its save has gone back. */
export function checkUnlinkedMoney({ world, witness, entries, bindings }: Outside): void {
  for (const entry of entries.values()) {
    if (entry.object !== 'payment' || entry.isPage || entry.wrongMinor !== null) continue;
    const page = pageOf({ entries, bindings }, entry.methodId);
    const operation = witness.operations.get(entry.key);
    if (page === null || keptMinor(entry, entries.values()) <= 0) continue;
    if (against(witness, page).some(({ acceptedAt }) => (operation?.reservedAt ?? 0) > acceptedAt))
      world.breach('26: charged after an accepted unlink and kept', operation?.userId ?? null, entry.id);
  }
}
