import {
  MongoBulkWriteError,
  MongoClientClosedError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
} from 'mongodb';
import { Fault } from '../../application/ports/faults.ts';

const unavailableClasses = [
  MongoNetworkError,
  MongoServerSelectionError,
  MongoOperationTimeoutError,
  MongoNotConnectedError,
  MongoTopologyClosedError,
  MongoClientClosedError,
];
/** The driver does not export the first two classes; Mongoose wraps the third while it connects. */
const unavailableNames = new Set([
  'MongoWaitQueueTimeoutError',
  'MongoPoolClosedError',
  'MongooseServerSelectionError',
]);
/** Codes of a server that steps down, shuts down, is overloaded, or could not confirm a write to the majority in time. */
const unavailableCodes = new Set<unknown>([
  ...[6, 7, 24, 50, 64, 89, 91, 112, 134, 189, 202, 262],
  ...[9001, 10107, 11600, 11601, 11602, 13435, 13436],
]);
export const duplicateKey = 11000;

/** A bulk error has the code of its first failure; a server that stepped down midway shows in a later one. */
const failuresOf = (error: MongoServerError): readonly { readonly code?: unknown }[] =>
  error instanceof MongoBulkWriteError ? [error.writeErrors].flat() : [];

/**
 * A connection lost during a bulk write becomes a bulk error without a code and without failed operations. A bulk error
 * with failed operations may also say that the majority has not confirmed the others.
 */
const isUnconfirmed = (error: MongoBulkWriteError): boolean =>
  error.code === undefined || error.result.getWriteConcernError() !== undefined;

/** True where the caller should wait and try again. After a write it also means that the result is unknown. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (unavailableClasses.some((kind) => error instanceof kind) || unavailableNames.has(error.name)) return true;
  if (!(error instanceof MongoServerError)) return false;
  return (
    (error instanceof MongoBulkWriteError && isUnconfirmed(error)) ||
    [error, ...failuresOf(error)].some(({ code }) => unavailableCodes.has(code))
  );
}

export const isDuplicateKey = (error: unknown): boolean =>
  error instanceof MongoServerError && error.code === duplicateKey;

const storeUnavailable = (cause: unknown): Fault =>
  new Fault('store_unavailable', 'MongoDB does not answer', { retryable: true, cause });

/** Runs one call to the database. An outage becomes a retryable Fault; every other error is thrown unchanged. */
export async function askStore<Answer>(query: () => Promise<Answer>): Promise<Answer> {
  try {
    return await query();
  } catch (error) {
    throw isUnavailable(error) ? storeUnavailable(error) : error;
  }
}
