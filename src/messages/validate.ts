import { Ajv, type ValidateFunction } from 'ajv';
import { catalogueEntry, type MessageType, type SchemaName } from './catalogue.ts';
import { type Schema, schemas } from './generated/contract.ts';

// `ownProperties`: inherited fields do not count. Ending at the first error bounds the work on hostile input.
const ajv = new Ajv({ strict: true, ownProperties: true, allErrors: false });
const writers = new Map<SchemaName, ValidateFunction>();
const readers = new Map<MessageType, ValidateFunction>();

/** The place and the rule, never the value: it may be a secret. */
function firstErrorOf({ errors }: ValidateFunction): string {
  const [first] = errors ?? [];
  return first === undefined ? 'is not valid' : `${first.instancePath || '/'} ${first.message ?? first.keyword}`;
}

/** How a value of ours violates the closed schema; null when it is valid. */
export function validationError(schemaName: SchemaName, value: unknown): string | null {
  let validate = writers.get(schemaName);
  if (validate === undefined) {
    validate = ajv.compile(schemas[schemaName]);
    writers.set(schemaName, validate);
  }
  return validate(value) ? null : firstErrorOf(validate);
}

/**
 * The same for a received value, by the newest schema that this process knows. Further fields are allowed: a newer writer
 * may have added them, and the decoder has checked the message by its own closed schema.
 */
export function foreignValidationError(type: MessageType, value: unknown): string | null {
  let validate = readers.get(type);
  if (validate === undefined) {
    validate = ajv.compile(opened(schemas[catalogueEntry(type).schemaName]));
    readers.set(type, validate);
  }
  return validate(value) ? null : firstErrorOf(validate);
}

const opened = (schema: Schema): Schema =>
  JSON.parse(JSON.stringify(schema), (keyword, inner: unknown) =>
    keyword === 'additionalProperties' ? undefined : inner,
  ) as Schema;
