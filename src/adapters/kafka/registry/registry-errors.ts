import { Fault, Poison } from '../../../application/ports/faults.ts';

const statusOf = (error: unknown): number | null =>
  error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : null;

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');

/** The registry's client reports refused connections and timeouts as status 400; only their texts distinguish them. */
const isNetworkFailure = (error: unknown): boolean =>
  error instanceof Error && /Timeout|ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|EHOST|ENET|socket hang up/.test(error.message);

export const isUnknownId = (error: unknown): boolean => statusOf(error) === 404;

export const unknownSchema = (): Poison =>
  new Poison('unknown_schema', 'The registry has no schema with the id of this message.');

export const notFramed = (): Poison =>
  new Poison('not_framed', 'The value does not begin with the magic byte and a schema id.');

const registryUnavailable = (error: unknown): Fault =>
  new Fault('registry_unavailable', 'The schema registry did not answer.', { retryable: true, cause: error });

/** Classes the failed look-up of a schema; null when it is a bug. */
export function classifyLookUpError(error: unknown): Poison | Fault | null {
  if (isNetworkFailure(error)) return registryUnavailable(error);
  const status = statusOf(error);
  if (status === 404) return unknownSchema();
  // A refused password is changed while messages wait; it is no bug of the message.
  const isUnavailable = status !== null && (status >= 500 || [401, 403, 408, 429].includes(status));
  return isUnavailable ? registryUnavailable(error) : null;
}

/**
 * Bytes that the schema they name cannot read are always poison, because a retry does not change bytes. The texts quote
 * nothing of the message, as a parser's own text would: logs and dead letters have them in clear.
 */
export function poisonOf(error: unknown): Poison {
  switch (nameOf(error)) {
    case 'SyntaxError':
      return new Poison('malformed_json', 'The value is not JSON.');
    case 'ConfluentSchemaRegistryValidationError':
      return new Poison('schema_violation', 'The value breaks the schema that it names.');
    default:
      return new Poison('undecodable', 'The value cannot be read by the schema that it names.');
  }
}
