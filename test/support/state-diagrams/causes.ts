import { type OrderName, orders } from '../commands.ts';

/** Timers, and what the provider answers or does not answer. */
const otherCauses = {
  renewal_due: 'the timer `subscription.renewal_due`',
  notice_due: 'the timer `subscription.notice_due`',
  expiry_due: 'the timer `subscription.expiry_due`',
  reservation: 'the save that allows one send',
  'page open': 'the provider waits for the subscriber on its page',
  pending: 'the provider waits for another party',
  waiting_for_capture: 'the money is authorized: a capture begins, unless it would be refunded anyway',
  succeeded: 'the provider has the money',
  'succeeded: other tariff': 'the page of the tariff that replaces the one past due is paid',
  canceled: 'declined, or the page is over',
  contradiction: 'the provider’s payment is not the one we requested: the subscription is held',
  'repeat answered': 'the answer to a repeat gives only the id; the state is read next',
  unsent: 'our process knows that nothing was sent; the end where no further send is allowed',
  refused: 'a first send was refused (400, 401, 403, 404, 415)',
  key_conflict: 'the key belongs to another body: from now on only reads',
  'no answer': 'timeout, reset, 5xx or nonsense: the payment may exist',
  absent: 'the provider’s whole list does not hold it, or it has had no end for too long',
  unavailable: 'a status check failed, and it has had no end for too long',
} as const;

export type Cause = OrderName | keyof typeof otherCauses;

/** What changes a subscriber, by the names that the diagrams use: commands first, then all other causes. */
export const causes = {
  ...Object.fromEntries(orders.map(({ name, means }) => [name, means])),
  ...otherCauses,
} as Readonly<Record<Cause, string>>;

export const causeNames = Object.keys(causes) as readonly Cause[];
