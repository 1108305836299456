import type { Delivery } from '../application/ports/consumer.ts';
import { Poison } from '../application/ports/faults.ts';
import { catalogueEntry } from './catalogue.ts';

/** Sequences are whole numbers from 1 on; anything longer than this is no safe integer any more. */
const wholeNumber = /^[1-9]\d{0,14}$/;

/** Whose access a record of the compacted topic tells of, and which of his events it says it is; null is a tombstone. */
export type EntitlementRecord = { readonly userId: string; readonly sequence: number } | null;

/** Only the envelope counts: a record is compared by its number, never by what it claims. */
export function parseEntitlement(delivery: Delivery): EntitlementRecord {
  if (delivery.type !== 'entitlement.changed') throw new Poison('unknown_type', 'Only access belongs to this topic.');
  if (delivery.headers['ce_type'] !== catalogueEntry('entitlement.changed').ceType)
    throw new Poison('unknown_version', 'This process knows the first version only.');
  if (delivery.value === null) return null;
  const sequence = delivery.headers['ce_sequence'] ?? '';
  if (!wholeNumber.test(sequence)) throw new Poison('invalid_sequence', 'ce_sequence is no whole number from 1 on.');
  return { userId: delivery.key, sequence: Number(sequence) };
}
