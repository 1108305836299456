/**
 * Truncates text that others wrote (a provider's reason, a name) to the length that the schema allows, or that text could
 * make an event of ours unpublishable.
 */
export const truncate = (text: string, maxLength: number): string => text.slice(0, maxLength).toWellFormed();

/** E-mail addresses, and nine digits or more (phones, cards, wallets) with any spacing. */
const personal = /[^\s@]{0,64}@[^\s@]{0,255}|(?:\d[ ()-]{0,2}){9,}/g;

/** Hides personal data in text that people may have typed: no message may have it in clear. */
export const redact = (text: string, maxLength: number): string =>
  truncate(text.slice(0, 2 * maxLength).replace(personal, '…'), maxLength);
