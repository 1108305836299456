import type { ProviderRequest } from '../../domain/model/provider.ts';
import type { GivenContact, KeptContact, ReceiptContact } from '../../domain/model/receipt-contact.ts';
import { type Cipher, fieldOf, openBound, type UserCiphers } from '../ports/cipher.ts';
import type { Customer } from '../ports/payment-provider.ts';

export type ContactServices = { readonly cipher: Cipher; readonly userCiphers: UserCiphers };

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const hidden = '***';
const maskWord = (word: string): string => `${word.slice(0, 1)}${hidden}`;

function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  const domain = email.slice(at + 1);
  const dot = domain.lastIndexOf('.');
  return `${maskWord(email.slice(0, at))}@${maskWord(domain.slice(0, dot))}${domain.slice(dot)}`;
}

/** Enough for its owner to recognise it, and too little for any other reader. */
export const maskContact = (kind: GivenContact['kind'], clear: string): string =>
  kind === 'email' ? maskEmail(clear) : `${clear.slice(0, 1)}${hidden}${clear.slice(-2)}`;

/** The spelling that a register takes: a phone has digits only. */
const spelled = (kind: GivenContact['kind'], clear: string): string =>
  kind === 'phone' ? clear.replace(/^\+/, '') : clear;

/** Whose contact it is, and their key; null where they have none. */
type Owner<Key = string | null> = { readonly userId: string; readonly personalKey: Key };

const openKey = (cipher: Cipher, { userId, personalKey }: Owner<string>): Uint8Array =>
  openBound(cipher, personalKey, fieldOf(userId, 'personalKey'));

/** Opens what the API has sealed, and encrypts it under the key of the user; the first contact makes the key. */
export function keepContact(
  { cipher, userCiphers }: ContactServices,
  given: GivenContact,
  { userId, personalKey }: Owner,
): KeptContact {
  const about = fieldOf(userId, given.kind);
  const key = personalKey === null ? userCiphers.newKey() : openKey(cipher, { userId, personalKey });
  const clear = spelled(given.kind, textOf(openBound(cipher, given.sealed, about)));
  return {
    personalKey: personalKey ?? cipher.seal(key, fieldOf(userId, 'personalKey')),
    sealed: userCiphers.under(key).seal(bytesOf(clear), about),
    masked: maskContact(given.kind, clear),
  };
}

/** The contact in clear, for the receipt of one request. */
export const openContact = (
  { cipher, userCiphers }: ContactServices,
  { kind, sealed }: Pick<ReceiptContact, 'kind' | 'sealed'>,
  owner: Owner<string>,
): string => textOf(openBound(userCiphers.under(openKey(cipher, owner)), sealed, fieldOf(owner.userId, kind)));

/** To whom the receipt of a request is sent; undefined where it asks for none. */
export function customerOf(
  services: ContactServices,
  userId: string,
  providerRequest: ProviderRequest,
): Customer | undefined {
  const receipt = 'receipt' in providerRequest ? providerRequest.receipt : undefined;
  if (receipt === undefined) return undefined;
  const { contact, personalKey } = receipt;
  return { kind: contact.kind, value: openContact(services, contact, { userId, personalKey }) };
}
