import { Ajv, type ValidateFunction } from 'ajv';
import { catalogueEntry, type MessageType, type SchemaName } from './catalogue.ts';
import { type Schema, schemas } from './generated/contract.ts';

// `ownProperties`: inherited fields do not count. Ending at the first error bounds the work on hostile input.
const ajv = new Ajv({ strict: true, ownProperties: true, allErrors: false });
const writers = new Map<SchemaName, ValidateFunction>();
const readers = new Map<MessageType, ValidateFunction>();

function writerOf(schemaName: SchemaName): ValidateFunction {
  let validate = writers.get(schemaName);
  if (validate === undefined) {
    validate = ajv.compile(schemas[schemaName]);
    writers.set(schemaName, validate);
  }
  return validate;
}

function readerOf(type: MessageType): ValidateFunction {
  let validate = readers.get(type);
  if (validate === undefined) {
    validate = ajv.compile(opened(schemas[catalogueEntry(type).schemaName]));
    readers.set(type, validate);
  }
  return validate;
}

/** The place and the rule, never the value: it may be a secret. */
function firstErrorOf({ errors }: ValidateFunction): string {
  const [first] = errors ?? [];
  return first === undefined ? 'is not valid' : `${first.instancePath || '/'} ${first.message ?? first.keyword}`;
}

/** How a value of ours violates the closed schema; null when it is valid. */
export function validationError(schemaName: SchemaName, value: unknown): string | null {
  const validate = writerOf(schemaName);
  return validate(value) ? null : firstErrorOf(validate);
}

/** How a received value violates its schema. `isNewer`: by what only a newer version of the schema can have added. */
export type Violation = { readonly text: string; readonly isNewer: boolean };

/**
 * The same for a received value, by the newest schema that this process knows; the decoder has checked the message by its own closed
 * schema. A further value of an `enum` is of a newer writer. So are further fields, which are allowed unless all fields must be known.
 */
export function foreignViolation(
  type: MessageType,
  value: unknown,
  { knowsAll }: { readonly knowsAll: boolean } = { knowsAll: false },
): Violation | null {
  const beyond = knowsAll ? validationError(catalogueEntry(type).schemaName, value) : null;
  // What the closed schema allows, the opened one does.
  if (knowsAll && beyond === null) return null;
  const validate = readerOf(type);
  if (!validate(value)) {
    const isNewer = validate.errors?.some(({ keyword }) => keyword === 'enum') === true;
    return { text: firstErrorOf(validate), isNewer };
  }
  return beyond === null ? null : { text: beyond, isNewer: true };
}

const opened = (schema: Schema): Schema =>
  JSON.parse(JSON.stringify(schema), (keyword, inner: unknown) =>
    keyword === 'additionalProperties' ? undefined : inner,
  ) as Schema;
