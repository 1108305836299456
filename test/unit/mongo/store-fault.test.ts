import { expect, test } from '@jest/globals';
import { MongoBulkWriteError } from 'mongodb';
import { isUnavailable } from '../../../src/adapters/mongo/store-fault.ts';

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
