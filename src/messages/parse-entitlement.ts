import type { Delivery } from '../application/ports/consumer.ts';
import { Poison } from '../application/ports/faults.ts';
import { catalogueEntry } from './catalogue.ts';

/** A sequence is a whole number from 1. More digits would exceed the safe integers. */
const wholeNumber = /^[1-9]\d{0,14}$/;

/** The user of a record of the compacted topic, and its number among their events; null is a tombstone. */
export type EntitlementRecord = { readonly userId: string; readonly sequence: number } | null;

/** Reads only the envelope: records are compared by their number, never by their content. */
export function parseEntitlement(delivery: Delivery): EntitlementRecord {
  if (delivery.type !== 'entitlement.changed') throw new Poison('unknown_type', 'Only access belongs to this topic.');
  if (delivery.headers['ce_type'] !== catalogueEntry('entitlement.changed').ceType)
    throw new Poison('unknown_version', 'This process knows the first version only.');
  if (delivery.value === null) return null;
  const sequence = delivery.headers['ce_sequence'] ?? '';
  if (!wholeNumber.test(sequence)) throw new Poison('invalid_sequence', 'ce_sequence is no whole number from 1 on.');
  return { userId: delivery.key, sequence: Number(sequence) };
}
