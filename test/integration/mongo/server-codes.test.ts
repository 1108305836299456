import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MongoServerError } from 'mongodb';
import type { MongoConnection } from '../../../src/adapters/mongo/connection.ts';
import { isUnavailable } from '../../../src/adapters/mongo/store-fault.ts';
import { openTestDatabase } from './test-database.ts';

let connection: MongoConnection;
beforeAll(async () => {
  connection = await openTestDatabase();
});
afterAll(() => connection.close());

const nearlyTooLarge = 'x'.repeat(9_000_000);

type Db = MongoConnection['db'];
const mistakes: readonly (readonly [what: string, code: number, make: (db: Db) => Promise<unknown>])[] = [
  [
    'an update that makes a document too large',
    10_334,
    async (db) => {
      await db.collection('large').insertOne({ a: nearlyTooLarge });
      return db.collection('large').updateOne({}, { $set: { b: nearlyTooLarge } });
    },
  ],
  [
    'a stage that does not exist',
    40_324,
    (db) =>
      db
        .collection('any')
        .aggregate([{ $none: {} }])
        .toArray(),
  ],
  [
    'an operator that does not exist',
    168,
    (db) =>
      db
        .collection('any')
        .aggregate([{ $set: { a: { $none: 1 } } }])
        .toArray(),
  ],
  [
    'the same in a projection',
    31_325,
    (db) =>
      db
        .collection('any')
        .aggregate([{ $project: { a: { $none: 1 } } }])
        .toArray(),
  ],
  ['a field that a command does not have', 40_415, (db) => db.command({ count: 'any', none: 1 })],
  [
    'a path that ends with a dot',
    40_353,
    (db) =>
      db
        .collection('any')
        .aggregate([{ $project: { 'a.': 1 } }])
        .toArray(),
  ],
  [
    'a path with an empty name',
    15_998,
    (db) =>
      db
        .collection('any')
        .aggregate([{ $set: { 'a..b': 1 } }])
        .toArray(),
  ],
  [
    'a name that begins with a dollar',
    16_410,
    (db) =>
      db
        .collection('any')
        .aggregate([{ $set: { $a: 1 } }])
        .toArray(),
  ],
  [
    'paths that collide',
    31_250,
    (db) =>
      db
        .collection('any')
        .find({}, { projection: { 'a.b': 1, a: 1 } })
        .toArray(),
  ],
  [
    'the same, the other way about',
    31_249,
    (db) =>
      db
        .collection('any')
        .find({}, { projection: { a: 1, 'a.b': 1 } })
        .toArray(),
  ],
];

describe('what the server says of a mistake of ours', () => {
  test.each(mistakes)('%s: %i, which no waiting repairs', async (_what, code, make) => {
    const error: unknown = await make(connection.db).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(MongoServerError);
    expect([(error as MongoServerError).code, isUnavailable(error)]).toEqual([code, false]);
  });
});
