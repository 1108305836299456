import type { Payment } from '../../../src/domain/model/payment.ts';
import { possiblySent } from '../../../src/domain/model/send-record.ts';
import type { createProviderLink } from '../provider/provider-client.ts';
import type { Database } from './database.ts';
import type { People } from './people.ts';

type Parts = {
  readonly database: Database;
  readonly link: Pick<ReturnType<typeof createProviderLink>, 'onAnswer'>;
  readonly give: People['give'];
};

/**
 * In one life in eight subscribers unlink a card as a charge to it is reserved, and as its answer comes. These moments last as long
 * as a call over the network, so no other life meets them. The dice are its own: the other lives go on as they did.
 */
export function aimUnlinks({ database, link, give }: Parts, dice: { readonly chance: (of: number) => boolean }): void {
  if (!dice.chance(1 / 8)) return;
  const unlink = (userId: string, payment: Payment | null): void => {
    if (payment?.methodId == null || payment.state !== 'sending' || !dice.chance(0.15)) return;
    give({ type: 'payment_method.unlink', userId, methodId: payment.methodId });
  };
  database.watch({
    onSave: (before, { subscriber: { userId, payment } }) => {
      if (payment !== before?.subscriber.payment) unlink(userId, payment);
    },
    onPull: () => undefined,
    onChange: () => undefined,
  });
  link.onAnswer((userId) => unlink(userId, database.documents.get(userId)?.subscriber.payment ?? null));
}

/**
 * In one life in four subscribers take their receipt contact back as a charge is reserved, and while it surely has not left. These
 * moments last for seconds or an outage, so hardly any other life meets them. The dice are its own: the other lives go on as
 * they did.
 */
export function aimContacts(
  { database, give }: Omit<Parts, 'link'>,
  dice: { readonly chance: (of: number) => boolean },
): void {
  if (!dice.chance(1 / 4)) return;
  database.watch({
    onSave: (before, { subscriber: { userId, payment, receiptContact } }) => {
      if (payment?.kind !== 'charge' || receiptContact === null || payment === before?.subscriber.payment) return;
      const isWaiting = payment.state === 'created' && possiblySent(payment.send) === 0;
      const isFirst = payment.state === 'sending' && possiblySent(payment.send) === 1;
      if ((isWaiting && dice.chance(0.3)) || (isFirst && dice.chance(0.1)))
        give({ type: 'receipt_contact.clear', userId });
    },
    onPull: () => undefined,
    onChange: () => undefined,
  });
}
