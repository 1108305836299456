import { refusal } from './errors.ts';
import { parseMinor } from './money.ts';
import type { JsonObject, Metadata } from './types.ts';

const metadataKeys = 16;
const metadataKeyLength = 32;
const metadataValueLength = 512;
export const shopCurrency = 'RUB';

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function readText(body: JsonObject, name: string, maxLength: number): string | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' || value.length > maxLength) throw refusal('badParameter', name);
  return value;
}

export function readDescription(body: JsonObject, maxLength: number): string | undefined {
  const value = body['description'];
  if (typeof value === 'string' && value.length > maxLength) throw refusal('descriptionTooLong', undefined, maxLength);
  return readText(body, 'description', maxLength);
}

/** Strings count too: the provider's own examples contain `"true"`. */
export function readBoolean(body: JsonObject, name: string): boolean | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw refusal('badParameter', name);
}

export function readMetadata(body: JsonObject): Metadata {
  const value = body['metadata'];
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw refusal('badParameter', 'metadata');
  const entries = Object.entries(value);
  if (entries.length > metadataKeys) throw refusal('metadataKeys', undefined, metadataKeys);
  const metadata: Record<string, string | null> = {};
  for (const [name, entry] of entries) {
    if (name.length > metadataKeyLength) throw refusal('metadataKeyTooLong', undefined, metadataKeyLength);
    if (typeof entry !== 'string' && entry !== null) throw refusal('badParameter', 'metadata');
    if ((entry?.length ?? 0) > metadataValueLength) {
      throw refusal('metadataValueTooLong', undefined, metadataValueLength);
    }
    metadata[name] = entry;
  }
  return metadata;
}

export type ReadAmount = { readonly amountMinor: number; readonly currency: string };

/** Every shop of the sandbox keeps its accounts in roubles. */
export function readAmount(value: unknown, currencyError: 'badCurrency' | 'refundCurrency'): ReadAmount {
  if (!isObject(value)) throw refusal('badParameter', 'amount');
  const amountMinor = parseMinor(value['value']);
  if (amountMinor === null || amountMinor === 0) throw refusal('badAmount');
  if (value['currency'] !== shopCurrency) throw refusal(currencyError);
  return { amountMinor, currency: shopCurrency };
}
