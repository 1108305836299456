import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { reseal } from '../../../src/adapters/mongo/reseal.ts';
import { createCipher } from '../../../src/adapters/system/cipher.ts';
import { fieldOf, recordAt, requestOf } from '../../../src/application/ports/cipher.ts';
import { openTestDatabase } from './test-database.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeEach(async () => {
  database = await openTestDatabase();
});
afterEach(() => database.close());

type Stored = {
  readonly _id: string;
  readonly version: number;
  readonly lastSaveId: string;
  readonly saves: number;
  readonly watched: readonly { readonly send: { readonly request: string } }[];
};

const [oldKey, newKey] = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64')) as [string, string];
const before = createCipher([oldKey, newKey]);
const between = createCipher([newKey, oldKey]);
const after = createCipher([newKey]);
const frozen = (userId: string, n: number): Buffer => Buffer.from(`${userId} pays ${n}`);
const randomId = (): string => randomUUID();

const users = Array.from({ length: 500 }, (_, n) => `user-${n}`);
const subscribers = () => database.db.collection<Stored>('subscribers');

async function fill(): Promise<void> {
  const requests = (userId: string) =>
    [0, 1].map((n) => ({ send: { request: before.seal(frozen(userId, n), requestOf(userId)) } }));
  await subscribers().insertMany(
    users.map((_id) => ({ _id, version: 1, lastSaveId: 'first', saves: 0, watched: requests(_id) })),
  );
}

/** A process that saves whole documents by compare-and-set, and opens each request first. Its saves that won. */
async function saveUntil(ended: Promise<unknown>, ring: typeof between): Promise<number> {
  const isOver = ended.then(() => true);
  let won = 0;
  for (let turn = 0; !(await Promise.race([isOver, Promise.resolve(false)])) || turn < 200; turn += 1) {
    const userId = users[(turn * 37) % users.length] ?? '';
    const found = await subscribers().findOne({ _id: userId });
    if (found === null) throw new Error('a subscriber is gone');
    for (const { send } of found.watched) ring.open(send.request, requestOf(userId));
    const more = { saves: found.saves + 1, version: found.version + 1, lastSaveId: randomId(), watched: found.watched };
    const saved = await subscribers().updateOne({ _id: userId, version: found.version }, { $set: more });
    won += saved.matchedCount;
  }
  return won;
}

test('a key is replaced under load: no save is lost, and in the end the new key opens every text alone', async () => {
  await fill();
  const resealing = reseal(database.db, between, randomId);
  // Processes of both rings run beside each other in a roll; each opens what the other has sealed.
  const [won, wonBeside] = await Promise.all([saveUntil(resealing, between), saveUntil(resealing, before)]);
  expect(await resealing).toMatchObject({ unopened: 0 });
  const stored = await subscribers().find().toArray();
  expect(stored.reduce((sum, { saves }) => sum + saves, 0)).toBe(won + wonBeside);
  for (const { _id, watched } of stored) {
    const opened = watched.map(({ send }) => Buffer.from(after.open(send.request, requestOf(_id))).toString());
    expect(opened).toEqual([0, 1].map((n) => frozen(_id, n).toString()));
  }
  expect(await reseal(database.db, between, randomId)).toEqual({ texts: 0, unopened: 0 });
}, 60_000);

test('records that wait and dead letters are sealed anew at their place, texts of a key of their own stay', async () => {
  const place = { topic: 'billing.commands.v1', partition: 3 };
  const record = { ...place, sealed: before.seal(Buffer.from('a command'), recordAt({ ...place, offset: '7' })) };
  const own = createCipher([Buffer.alloc(32, 9).toString('base64')]).seal(Buffer.from('an address'));
  await database.db
    .collection<{ _id: string }>('parked_messages')
    .insertOne({ _id: 'p', ...record, offset: 7 } as never);
  await database.db
    .collection<{ _id: string }>('dead_letters')
    .insertOne({ _id: 'd', ...record, offset: '7' } as never);
  await database.db.collection<{ _id: string }>('subscribers').insertOne({ _id: 'u', version: 1, own } as never);
  expect(await reseal(database.db, between, randomId)).toEqual({ texts: 2, unopened: 1 });
  for (const collection of ['parked_messages', 'dead_letters']) {
    const row = await database.db.collection(collection).findOne({});
    const sealed = String(row?.['sealed']);
    expect(Buffer.from(after.open(sealed, recordAt({ ...place, offset: '7' }))).toString()).toBe('a command');
  }
  const kept = await database.db.collection('subscribers').findOne({});
  expect([kept?.['own'], kept?.['version']]).toEqual([own, 1]);
});

test('what a version before has bound to nothing is bound to its user and field, without a new key', async () => {
  const unbound = (text: string): string => between.seal(Buffer.from(text));
  const subscriber = { version: 1, personalKey: unbound('a key'), outbox: [{ row: { comment: unbound('too dear') } }] };
  await database.db.collection<{ _id: string }>('subscribers').insertOne({ _id: 'u', ...subscriber });
  const act = { userId: 'u', comment: unbound('too dear') };
  await database.db.collection<{ _id: string }>('audit').insertOne({ _id: 'a', ...act });
  expect(await reseal(database.db, between, randomId)).toEqual({ texts: 3, unopened: 0 });
  const [stored, audited] = await Promise.all(
    ['subscribers', 'audit'].map((name) => database.db.collection(name).findOne({})),
  );
  const { personalKey, outbox } = stored as unknown as typeof subscriber;
  const open = (sealed: unknown, field: string): string =>
    Buffer.from(after.open(String(sealed), fieldOf('u', field))).toString();
  expect(open(personalKey, 'personalKey')).toBe('a key');
  for (const comment of [outbox[0]?.row.comment, audited?.['comment']])
    expect(open(comment, 'comment')).toBe('too dear');
  expect(await reseal(database.db, between, randomId)).toEqual({ texts: 0, unopened: 0 });
});
