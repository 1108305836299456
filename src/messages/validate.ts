import { Ajv, type ValidateFunction } from 'ajv';
import { catalogueEntry, type MessageType, type SchemaName } from './catalogue.ts';
import { type Schema, schemas } from './generated/contract.ts';

// `ownProperties`: a field inherited from a prototype is not there. One error is enough, and bounds the work on hostile input.
const ajv = new Ajv({ strict: true, ownProperties: true, allErrors: false });
const writers = new Map<SchemaName, ValidateFunction>();
const readers = new Map<MessageType, ValidateFunction>();

/** Where and what, never the value: it may be somebody's secret. */
function complaintOf({ errors }: ValidateFunction): string {
  const [first] = errors ?? [];
  return first === undefined ? 'is not valid' : `${first.instancePath || '/'} ${first.message ?? first.keyword}`;
}

/** What is wrong with a value of ours by the closed schema; null is nothing. */
export function validationError(schemaName: SchemaName, value: unknown): string | null {
  let validate = writers.get(schemaName);
  if (validate === undefined) {
    validate = ajv.compile(schemas[schemaName]);
    writers.set(schemaName, validate);
  }
  return validate(value) ? null : complaintOf(validate);
}

/**
 * The same for a value of somebody else, by the newest schema that this process knows, opened: a newer writer may have added
 * fields, and its own closed schema was checked when the message was decoded.
 */
export function foreignValidationError(type: MessageType, value: unknown): string | null {
  let validate = readers.get(type);
  if (validate === undefined) {
    validate = ajv.compile(opened(schemas[catalogueEntry(type).schemaName]));
    readers.set(type, validate);
  }
  return validate(value) ? null : complaintOf(validate);
}

const opened = (schema: Schema): Schema =>
  JSON.parse(JSON.stringify(schema), (keyword, inner: unknown) =>
    keyword === 'additionalProperties' ? undefined : inner,
  ) as Schema;
