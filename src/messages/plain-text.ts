/**
 * Cuts text that others wrote (a provider's reason, a name) to what the schema allows: their words must never make an
 * event of ours unpublishable.
 */
export const truncate = (text: string, maxLength: number): string => text.slice(0, maxLength).toWellFormed();

/** Anything with an @ in it, and nine digits or more (phones, cards, wallets) however they are spaced. */
const personal = /[^\s@]{0,64}@[^\s@]{0,255}|(?:\d[ ()-]{0,2}){9,}/g;

/** Blots out what must not be in clear in any message, from words that people type freely. */
export const redact = (text: string, maxLength: number): string =>
  truncate(text.slice(0, 2 * maxLength).replace(personal, '…'), maxLength);
