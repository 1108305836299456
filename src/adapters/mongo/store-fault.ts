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
/** Not exported by the driver as classes (two) or wrapped by mongoose while it connects (one). */
const unavailableNames = new Set([
  'MongoWaitQueueTimeoutError',
  'MongoPoolClosedError',
  'MongooseServerSelectionError',
]);
/** Answers of a server that is stepping down, shutting down, overloaded, or could not confirm a write to the majority in time. */
const unavailableCodes = new Set<unknown>([
  ...[6, 7, 24, 50, 64, 89, 91, 112, 134, 189, 202, 262],
  ...[9001, 10107, 11600, 11601, 11602, 13435, 13436],
]);
export const duplicateKey = 11000;

/** A bulk's own code is that of its first failure only; a server that stepped down in the middle shows in a later one. */
const failuresOf = (error: MongoServerError): readonly { readonly code?: unknown }[] =>
  error instanceof MongoBulkWriteError ? [error.writeErrors].flat() : [];

/**
 * The driver wraps a lost connection during a bulk as a bulk error without a code and without failed operations. And beside
 * a failed operation it may carry that the majority has not confirmed the others.
 */
const isUnconfirmed = (error: MongoBulkWriteError): boolean =>
  error.code === undefined || error.result.getWriteConcernError() !== undefined;

/** True where waiting and asking again is the answer. After a write it also means: the result is unknown. */
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

/** Runs one question to the database; an outage becomes the fault that callers wait out, a bug stays what it is. */
export async function askStore<Answer>(question: () => Promise<Answer>): Promise<Answer> {
  try {
    return await question();
  } catch (error) {
    throw isUnavailable(error) ? storeUnavailable(error) : error;
  }
}
