import type { SavedMethod } from '../model/payment.ts';

type Shown = Pick<SavedMethod, 'id' | 'title' | 'last4' | 'brand' | 'type' | 'expiry' | 'bankId'>;

/** What the provider does not show, as what an earlier version did not save, may be equal. */
const mayBeEqual = (one: string | null | undefined, other: string | null | undefined): boolean =>
  one === other || one == null || other == null;

/**
 * Whether two saved methods of one subscriber are the same card, wallet or bank account: the provider gives a card that is
 * saved twice two ids. Where that is in doubt they count as the same, because an unlinked card must never be charged.
 */
export function isSameMethod(one: Shown, other: Shown): boolean {
  if (one.id === other.id) return true;
  if (!mayBeEqual(one.type, other.type) || !mayBeEqual(one.expiry, other.expiry)) return false;
  if (!mayBeEqual(one.brand, other.brand) || !mayBeEqual(one.bankId, other.bankId)) return false;
  // Of what is no card only the title is shown: the number of a wallet. Every account that SBP links has the same one, so
  // two accounts at one bank count as one.
  const [shown, otherShown] = [one.last4 ?? one.title, other.last4 ?? other.title];
  return shown !== null && shown === otherShown;
}
