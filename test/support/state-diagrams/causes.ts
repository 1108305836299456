import { type OrderName, orders } from '../commands.ts';

/** Timers, and what the provider says or does not. */
const otherCauses = {
  renewal_due: 'the timer `subscription.renewal_due`',
  expiry_due: 'the timer `subscription.expiry_due`',
  reservation: 'the save that allows one send',
  'page open': 'the provider waits for the subscriber on its page',
  pending: 'the provider waits for somebody else',
  waiting_for_capture: 'the money is on hold: a capture begins, unless it would be given back anyway',
  succeeded: 'the provider has the money',
  'succeeded: other tariff': 'the page of the tariff that replaces the one past due is paid',
  canceled: 'declined, or the page is over',
  contradiction: 'the provider’s payment is not the one we ordered: the subscription is held',
  'repeat answered': 'the answer to a repeat gives only the id; the state is read next',
  unsent: 'our own process knows that nothing left; the end where no further send is allowed',
  refused: 'a first send was refused (400, 401, 403, 404, 415)',
  key_conflict: 'the key belongs to another body: reads only from here on',
  'no answer': 'timeout, reset, 5xx or nonsense: it may have happened',
  absent: 'the provider’s whole list does not hold it, or it has been unknown for too long',
  unavailable: 'a look failed, and it has been unknown for too long',
} as const;

export type Cause = OrderName | keyof typeof otherCauses;

/** What moves a subscriber on, by the names that the diagrams use: orders first, then all the rest. */
export const causes = {
  ...Object.fromEntries(orders.map(({ name, means }) => [name, means])),
  ...otherCauses,
} as Readonly<Record<Cause, string>>;

export const causeNames = Object.keys(causes) as readonly Cause[];
