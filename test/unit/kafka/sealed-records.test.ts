import { recordAt } from '../../../src/application/ports/cipher.ts';
import { describe, expect, test } from '@jest/globals';
import { createSealedRecords } from '../../../src/adapters/kafka/admin/sealed-records.ts';
import type { RawRecord } from '../../../src/adapters/kafka/producer/send-queue.ts';
import { createCipher } from '../../../src/adapters/system/cipher.ts';
import { Fault, Poison } from '../../../src/application/ports/faults.ts';
import { packRecord } from '../../../src/messages/dead-letter.ts';
import { topicNames } from '../../../src/messages/topics.ts';

const cipher = createCipher([Buffer.alloc(32, 1).toString('base64')]);
const other = createCipher([Buffer.alloc(32, 2).toString('base64')]);
const good = Buffer.from('good');
const notText = Buffer.from([0xff, 0xfe, 0x00]);
const headers = { ce_id: 'id-1', trace: 'abc' };

type Pieces = Parameters<typeof packRecord>[0];
const place = { topic: topicNames.commands, partition: 4, offset: '1207' };
const sealedAt = (sealed: string) => ({ ...place, sealed });
const sealedOf = (pieces: Partial<Pieces> = {}) =>
  sealedAt(cipher.seal(packRecord({ key: Buffer.from('user'), value: good, headers, ...pieces }), recordAt(place)));

function setUp(failure: Error = new Poison('not_framed', 'It is not framed.')) {
  const sent: RawRecord[] = [];
  const records = createSealedRecords({
    cipher,
    decoder: { decode: (bytes) => (bytes.equals(good) ? Promise.resolve({ n: 1 }) : Promise.reject(failure)) },
    republish: (record) => Promise.resolve(void sent.push(record)),
  });
  return { records, sent };
}

describe('a sealed record is shown', () => {
  test('decoded by its schema where that is possible', async () => {
    expect(await setUp().records.show(sealedOf())).toEqual({
      key: { format: 'text', content: 'user', bytes: 4, isCut: false },
      headers,
      value: { format: 'json', content: { n: 1 }, bytes: 4, isCut: false },
      undecodable: null,
    });
  });

  test.each([
    ['as text', Buffer.from('no frame'), { format: 'text', content: 'no frame' }],
    ['as base64 where it is no text', notText, { format: 'base64', content: notText.toString('base64') }],
    ['empty', Buffer.alloc(0), { format: 'text', content: '', bytes: 0 }],
    ['cut where it is large', Buffer.alloc(900_000, 'a'), { format: 'text', bytes: 900_000, isCut: true }],
  ])('otherwise %s, with the reason', async (_how, value, shown) => {
    const record = await setUp().records.show(sealedOf({ value }));
    expect(record).toMatchObject({ value: shown, undecodable: expect.stringMatching(/^It is /) });
    expect(String(record?.value?.content).length).toBeLessThanOrEqual(64 * 1024);
  });

  test('also while the registry does not answer', async () => {
    const away = new Fault('registry_unavailable', 'The registry does not answer.', { retryable: true });
    const record = await setUp(away).records.show(sealedOf({ value: Buffer.from('x') }));
    expect(record).toMatchObject({ value: { content: 'x' }, undecodable: 'The registry does not answer.' });
  });

  test('with a bounded number of bounded headers, without a key, as a tombstone', async () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`h${n}`, 'x'.repeat(2_000)]));
    const record = await setUp().records.show(sealedOf({ headers: many, key: null, value: null }));
    expect(record).toMatchObject({ key: null, value: null, undecodable: null });
    expect(JSON.stringify(record).length).toBeLessThan(100_000);
  });

  test('not at all where it was sealed with another key, or is no record', async () => {
    const { records } = setUp();
    const foreign = other.seal(packRecord({ key: null, value: null, headers: {} }), recordAt(place));
    expect([await records.show(sealedAt(foreign)), await records.show(sealedAt('x'))]).toEqual([null, null]);
    expect(await records.show(sealedAt(cipher.seal(Buffer.from('{'), recordAt(place))))).toBeNull();
  });

  test('not at all at another place than its own', async () => {
    const { records } = setUp();
    expect(await records.show({ ...sealedOf(), offset: '1208' })).toBeNull();
    expect(await records.show({ ...sealedOf(), topic: topicNames.hints })).toBeNull();
  });
});

describe('a replay', () => {
  test('publishes key, value and headers as they were, and names the dead letter', async () => {
    const { records, sent } = setUp();
    const sealed = sealedOf({ key: notText, value: notText, headers: { ...headers, ce_replayof: 'earlier' } });
    await records.replay(sealed, 'letter-1', 1_000);
    expect(sent).toEqual([
      { topic: topicNames.commands, key: notText, value: notText, headers: { ...headers, ce_replayof: 'letter-1' } },
    ]);
  });

  test.each(Object.values(topicNames))('into %s is refused unless orders and announcements come in there', (topic) => {
    const received: readonly string[] = [topicNames.commands, topicNames.hints, topicNames.timers];
    const sealed = cipher.seal(packRecord({ key: null, value: good, headers }), recordAt({ ...place, topic }));
    expect(setUp().records.replayRefusal({ ...place, topic, sealed })).toBe(
      received.includes(topic) ? null : 'foreign_topic',
    );
  });

  test('is refused where the record was sealed with another key, or the broker might refuse it', () => {
    const { replayRefusal } = setUp().records;
    expect(replayRefusal(sealedAt('x'))).toBe('seal_broken');
    expect(replayRefusal(sealedOf({ value: Buffer.alloc(1_000_001) }))).toBe('too_large');
  });
});
