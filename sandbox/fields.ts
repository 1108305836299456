import { refusal } from './errors.ts';
import { parseMinor } from './money.ts';
import type { JsonObject, Metadata } from './types.ts';

const METADATA_KEYS = 16;
const METADATA_KEY_LENGTH = 32;
const METADATA_VALUE_LENGTH = 512;
const CURRENCY = 'RUB';

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const readText = (body: JsonObject, name: string, maxLength: number): string | undefined => {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' || value.length > maxLength) throw refusal('badParameter', name);
  return value;
};

export const readDescription = (body: JsonObject, maxLength: number): string | undefined => {
  const value = body['description'];
  if (typeof value === 'string' && value.length > maxLength) throw refusal('descriptionTooLong', undefined, maxLength);
  return readText(body, 'description', maxLength);
};

/** Booleans come as strings too: the vendor's own examples contain `"true"`. */
export const readBoolean = (body: JsonObject, name: string): boolean | undefined => {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw refusal('badParameter', name);
};

export const readMetadata = (body: JsonObject): Metadata => {
  const value = body['metadata'];
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw refusal('badParameter', 'metadata');
  const entries = Object.entries(value);
  if (entries.length > METADATA_KEYS) throw refusal('metadataKeys', undefined, METADATA_KEYS);
  const metadata: Record<string, string | null> = {};
  for (const [name, entry] of entries) {
    if (name.length > METADATA_KEY_LENGTH) throw refusal('metadataKeyTooLong', undefined, METADATA_KEY_LENGTH);
    if (typeof entry !== 'string' && entry !== null) throw refusal('badParameter', 'metadata');
    if ((entry?.length ?? 0) > METADATA_VALUE_LENGTH) {
      throw refusal('metadataValueTooLong', undefined, METADATA_VALUE_LENGTH);
    }
    metadata[name] = entry;
  }
  return metadata;
};

export type ReadAmount = { readonly amountMinor: number; readonly currency: string };

/** Every shop of the sandbox keeps its accounts in roubles. */
export const readAmount = (value: unknown, currencyError: 'badCurrency' | 'refundCurrency'): ReadAmount => {
  if (!isObject(value)) throw refusal('badParameter', 'amount');
  const amountMinor = parseMinor(value['value']);
  if (amountMinor === null || amountMinor === 0) throw refusal('badAmount');
  if (value['currency'] !== CURRENCY) throw refusal(currencyError);
  return { amountMinor, currency: CURRENCY };
};
