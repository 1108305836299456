import type { Delivery } from '../application/ports/consumer.ts';
import type { DeadLetter } from '../application/ports/dead-letters.ts';
import { Poison } from '../application/ports/faults.ts';
import { catalogueEntry } from './catalogue.ts';
import type { Fields } from './map-by-schema.ts';
import { readBySchema } from './read-by-schema.ts';
import { foreignViolation } from './validate.ts';

/** A dead letter of our own. Whatever else lies on its topic is Poison. */
export function parseDeadLetter({ type, headers, value }: Delivery): DeadLetter {
  const { ceType, schemaName } = catalogueEntry('dead_letter');
  if (type !== 'dead_letter') throw new Poison('unknown_type', 'Only dead letters belong to this topic.');
  if (headers['ce_type'] !== ceType) throw new Poison('unknown_version', `This process knows ${ceType} only.`);
  const violation = foreignViolation('dead_letter', value);
  if (violation !== null) throw new Poison('invalid_value', `dead_letter: ${violation.text}`);
  // A dead letter of an earlier release has no `replayOf`.
  return { replayOf: null, ...readBySchema(schemaName, value as Fields) } as DeadLetter;
}
