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
import { isAboutOurs, passing } from './server-codes.ts';

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

/** An outage that ends by itself. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (unavailableClasses.some((kind) => error instanceof kind) || unavailableNames.has(error.name)) return true;
  if (!(error instanceof MongoServerError)) return false;
  return (
    (error instanceof MongoBulkWriteError && isUnconfirmed(error)) ||
    [error, ...failuresOf(error)].some(({ code }) => passing.has(code))
  );
}

/** The server cannot work, and waiting alone may not end that: a full disk, a wrong password, a code that is not known. */
const isBroken = (error: unknown): error is MongoServerError =>
  error instanceof MongoServerError && [error, ...failuresOf(error)].some((failure) => !isAboutOurs(failure));

/** True where the caller should wait and try again. After a write it also means that the result is unknown. */
export const isUnavailable = (error: unknown): boolean => isOutage(error) || isBroken(error);

export const isDuplicateKey = (error: unknown): boolean =>
  error instanceof MongoServerError && error.code === duplicateKey;

function faultOf(error: unknown): unknown {
  if (isOutage(error))
    return new Fault('store_unavailable', 'MongoDB does not answer', { retryable: true, cause: error });
  if (!isBroken(error)) return error;
  const message = `MongoDB cannot work: ${error.codeName ?? `code ${error.code}`}`;
  return new Fault('store_broken', message, { retryable: true, needsOperator: true, cause: error });
}

/**
 * Runs one call to the database. An outage becomes a retryable Fault, and so does an error about the server, which also
 * asks for an operator. An error about our own document or query is thrown unchanged.
 */
export async function askStore<Answer>(query: () => Promise<Answer>): Promise<Answer> {
  try {
    return await query();
  } catch (error) {
    throw faultOf(error);
  }
}
