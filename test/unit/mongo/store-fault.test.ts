import { describe, expect, test } from '@jest/globals';
import { MongoBulkWriteError, MongoServerError } from 'mongodb';
import { askStore, isUnavailable } from '../../../src/adapters/mongo/store-fault.ts';

/** As the driver throws it: an operation refused as a duplicate, and the server's write concern error. */
function refusedBulk(unconfirmed: object | undefined): MongoBulkWriteError {
  const duplicate = { index: 0, code: 11_000, errmsg: 'duplicate key' };
  const answer = { message: 'refused', code: 11_000, writeErrors: [duplicate] };
  const parts = [answer, { getWriteConcernError: () => unconfirmed }] as unknown;
  return new MongoBulkWriteError(...(parts as ConstructorParameters<typeof MongoBulkWriteError>));
}

test('a bulk that the majority did not confirm is of unknown result, although one operation was refused', () => {
  expect(isUnavailable(refusedBulk({ code: 64 }))).toBe(true);
  expect(isUnavailable(refusedBulk(undefined))).toBe(false);
});

const refuse = (code: number, codeName: string) =>
  askStore(() => Promise.reject(new MongoServerError({ message: codeName, code, codeName }))).catch(
    (error: unknown) => error,
  );

describe('an error of the server', () => {
  test.each([
    [189, 'PrimarySteppedDown'],
    [112, 'WriteConflict'],
    [91, 'ShutdownInProgress'],
    [46_841, 'ClientMarkedKilled'],
    [91_331, 'RetriableRemoteCommandFailure'],
  ])('%i %s passes by itself', async (code, codeName) => {
    const fault = { code: 'store_unavailable', retryable: true, needsOperator: false };
    expect(await refuse(code, codeName)).toMatchObject(fault);
  });

  test.each([
    [14_031, 'OutOfDiskSpace'],
    [13, 'Unauthorized'],
    [18, 'AuthenticationFailed'],
    [100, 'UnsatisfiableWriteConcern'],
    [79, 'UnknownReplWriteConcern'],
    [133, 'FailedToSatisfyReadPreference'],
    [391, 'ReauthenticationRequired'],
    [56_846, 'ConfigServerUnreachable'],
    [50_915, 'BackupCursorOpenConflictWithCheckpoint'],
    [9_999, 'AnotherOfALaterServer'],
    [10_999_999, 'Location10999999'],
  ])('%i %s is about the server: it is waited for, and an operator is asked', async (code, codeName) => {
    const fault = { code: 'store_broken', retryable: true, needsOperator: true };
    expect(await refuse(code, codeName)).toMatchObject({ ...fault, message: expect.stringContaining(codeName) });
  });

  test.each([
    [11_000, 'DuplicateKey'],
    [10_334, 'BSONObjectTooLarge'],
    [17_419, 'Location17419'],
    [121, 'DocumentValidationFailure'],
    [2, 'BadValue'],
    [26, 'NamespaceNotFound'],
    [86, 'IndexKeySpecsConflict'],
    [40_324, 'Location40324'],
    [40_415, 'IDLUnknownField'],
    [31_249, 'Location31249'],
  ])('%i %s is about our document or query: a bug, which no waiting repairs', async (code, codeName) => {
    expect(await refuse(code, codeName)).toBeInstanceOf(MongoServerError);
  });
});
