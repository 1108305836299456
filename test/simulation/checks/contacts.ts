import type { SubscriberSave } from '../../../src/application/ports/subscriber-store.ts';
import { clearIn } from '../world/key-rings.ts';
import type { LogRecord } from '../world/message-log.ts';
import type { World } from '../world/world.ts';

/** As a register takes it, and so as it would be stored in clear. */
const spelled = (contact: string): string => contact.replace(/^\+/, '');

/**
 * 23: where the receipts of a subscriber are sent is in clear in no document, fact or row.
 * 31: what is still to be sent asks for a receipt to the present contact.
 */
export function createContactCheck(world: World) {
  /** By user: each contact that a client has sent, opened for the eyes of the checks. */
  const given = new Map<string, Set<string>>();
  return {
    noteRecord: ({ key, value }: LogRecord): void => {
      const { email = null, phone = null } = value ?? {};
      for (const sealed of [email, phone]) {
        if (typeof sealed !== 'string') continue;
        const contacts = given.get(key) ?? new Set();
        given.set(key, contacts.add(spelled(clearIn(sealed))));
      }
    },
    checkSave: ({ subscriber, entry }: SubscriberSave): void => {
      const { payment, receiptContact } = subscriber;
      const isUnsent = payment?.kind === 'charge' && payment.step === 'pay' && payment.state === 'created';
      const former = payment?.receipt?.contact;
      if (isUnsent && former !== undefined && former.sealed !== receiptContact?.sealed)
        world.breach('31: no charge that is still to be sent has a former contact', subscriber.userId, payment);
      const contacts = given.get(subscriber.userId);
      if (contacts === undefined) return;
      const stored = JSON.stringify([subscriber, entry]);
      for (const contact of contacts)
        if (stored.includes(contact))
          world.breach('23: a contact is sealed wherever it lies', subscriber.userId, contact);
    },
  };
}
