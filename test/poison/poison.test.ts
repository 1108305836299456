import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import kafkajs from 'kafkajs';
import { handleCommands } from '../../consumers/handle-commands.ts';
import { handleHints } from '../../consumers/handle-hints.ts';
import { handleTimers } from '../../consumers/handle-timers.ts';
import { reconcileEntitlements } from '../../consumers/reconcile-entitlements.ts';
import { catalogueEntry, type MessageType } from '../../src/messages/catalogue.ts';
import { topicNames } from '../../src/messages/topics.ts';
import { startForeignReader, type ForeignReader } from '../support/foreign-reader.ts';
import { openLibrdkafka, type RawRecord } from '../support/librdkafka.ts';
import { installTimeoutMs } from '../support/python-library.ts';
import { eventually } from '../../tools/client/eventually.ts';
import { userOf } from '../support/system-client.ts';

const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',');
const kafka = new kafkajs.Kafka({ clientId: 'poisoner', brokers, logLevel: kafkajs.logLevel.NOTHING });
const [producer, admin] = [kafka.producer(), kafka.admin()];
let graveyard: ForeignReader;
let sendRaw: (records: readonly RawRecord[]) => Promise<readonly number[]>;
beforeAll(async () => {
  sendRaw = await openLibrdkafka();
  graveyard = await startForeignReader([topicNames.deadLetters]);
  await Promise.all([producer.connect(), admin.connect()]);
}, installTimeoutMs);
afterAll(() => Promise.all([graveyard.stop(), producer.disconnect(), admin.disconnect()]));

type Sample = {
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Readonly<Record<string, unknown>>;
  /** The magic byte and the id of the schema. */
  readonly frame: Buffer;
};
type Poisoned = { readonly key: string | null; readonly value: Buffer; readonly headers: Record<string, string> };

async function sampleOf(type: MessageType): Promise<Sample> {
  const { schemaName, subject, ceType } = catalogueEntry(type);
  const golden = JSON.parse(readFileSync(`schemas/golden/${schemaName}.json`, 'utf8')) as Record<string, unknown>;
  const answer = await fetch(`${process.env['SCHEMA_REGISTRY_URL'] ?? ''}/subjects/${subject}/versions/latest`);
  const frame = Buffer.alloc(5);
  frame.writeInt32BE(((await answer.json()) as { id: number }).id, 1);
  const key = randomUUID();
  const value = { ...golden, ...('objectId' in golden ? { objectId: key } : { userId: key }) };
  return { key, value, frame, headers: { ce_id: `${key}:1`, ce_type: ceType, ce_sequence: '1' } };
}

const framed = (frame: Buffer, text: string): Buffer => Buffer.concat([frame, Buffer.from(text)]);
const good = ({ key, headers, value, frame }: Sample): Poisoned => ({
  ...{ key, headers },
  value: framed(frame, JSON.stringify(value)),
});
const unknownFrame = Buffer.from([0, 0x7f, 0xff, 0xff, 0xff]);

type Declared = Pick<typeof handleCommands, 'name' | 'topic' | 'group'>;
type Ways = Readonly<Record<string, (sample: Sample) => Partial<Poisoned>>>;

/** Error code of the dead letter → the change of a good message that causes it, on any topic. */
const everywhere: Ways = {
  no_envelope: () => ({ headers: {} }),
  not_framed: () => ({ value: Buffer.from('no frame') }),
  unknown_schema: ({ value }) => ({ value: framed(unknownFrame, JSON.stringify(value)) }),
  malformed_json: ({ frame }) => ({ value: framed(frame, '{"userId":') }),
  schema_violation: ({ frame }) => ({ value: framed(frame, '{}') }),
  unknown_type: ({ headers }) => ({ headers: { ...headers, ce_type: 'cinema.billing.made.up.v1' } }),
  unknown_version: ({ headers }) => ({
    headers: { ...headers, ce_type: headers['ce_type']?.replace(/\d+$/, '99') ?? '' },
  }),
};
/** The broker refuses a record without a key on a compacted topic. */
const keyed: Ways = { no_key: () => ({ key: null }), key_mismatch: () => ({ key: randomUUID() }) };
const impossibleDay: Ways = {
  invalid_value: ({ frame, value }) => ({
    value: framed(frame, JSON.stringify({ ...value, acceptedAt: '2026-02-31T00:00:00.000Z' })),
  }),
};
const noSequence: Ways = {
  invalid_sequence: ({ headers }) => ({ headers: { ...headers, ce_sequence: 'first' } }),
};

const consumers: readonly (readonly [Declared, MessageType, Ways])[] = [
  [handleCommands, 'subscription.cancel', { ...everywhere, ...keyed, ...impossibleDay }],
  [handleHints, 'payment.hint_received', { ...everywhere, ...keyed }],
  [handleTimers, 'subscription.expiry_due', { ...everywhere, ...keyed }],
  [reconcileEntitlements, 'entitlement.changed', { ...everywhere, ...noSequence }],
];

/** Each of these offsets has one dead letter of the group, with its code. */
async function expectDeadLetters(where: ReadonlyMap<string, string>, group: string): Promise<void> {
  for (const [code, place] of where) {
    const letters = await eventually(
      () => Promise.resolve(graveyard.all().filter(({ id }) => id === `${place}:${group}`)),
      (found) => found.length > 0,
    );
    expect(letters.map(({ value }) => [value['errorClass'], value['errorCode']])).toEqual([
      ['poison', code.replace(/ .*/, '')],
    ]);
  }
}

/** The committed offset of the group in the partition, as soon as it is past the given one. */
const committedPast = (group: string, topic: string, partition: number, offset: number): Promise<number> =>
  eventually(
    async () => {
      const [of] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
      return Number(of?.partitions.find((one) => one.partition === partition)?.offset);
    },
    (committed) => committed > offset,
  );

describe.each(consumers)('poison for a consumer', ({ name, topic, group }, type, ways) => {
  test(`of the ${name}: every class ends in a dead letter with its reason, and the partition moves on`, async () => {
    const sample = await sampleOf(type);
    const where = new Map<string, string>();
    const [first] = await producer.send({ topic, messages: [good(sample)] });
    const partition = first?.partition ?? -1;
    const send = async (message: Poisoned): Promise<number> => {
      const [sent] = await producer.send({ topic, messages: [{ ...message, partition }] });
      return Number(sent?.baseOffset);
    };
    for (const [code, spoil] of Object.entries(ways)) {
      const message = { ...good(sample), ...spoil(sample) };
      const offset = await send(message);
      where.set(code, `${topic}:${partition}:${offset}`);
    }
    const last = await send(good(sample));
    await expectDeadLetters(where, group);
    // Timers of other suites may come behind it.
    expect(await committedPast(group, topic, partition, last)).toBeGreaterThan(last);
    expect(where.size).toBe(Object.keys(ways).length);
  }, 60_000);
});

/** Compressible, or a client would send it uncompressed. */
const padding = Buffer.alloc(4_096, 'a');
const notText = Buffer.from([0xff, 0xfe, 0x00, 0xc3]);
type Shape = Partial<Omit<RawRecord, 'headers'>>;
type Headers = RawRecord['headers'];

/** What a good record may have besides; such a record is handled. */
const oddHeaders: Readonly<Record<string, Headers>> = {
  'no value': [['trace', null]],
  'an empty value': [['trace', Buffer.alloc(0)]],
  'no text': [['trace', notText]],
  'a repeated header': [
    ['trace', padding],
    ['trace', null],
  ],
  'a name that objects inherit': [['constructor', null]],
  'a huge value': [['trace', Buffer.alloc(900_000)]],
  'twenty thousand headers': Array.from({ length: 20_000 }, (_, n) => [`h${n}`, null]),
};
const oddShapes: Readonly<Record<string, Shape>> = {
  ...Object.fromEntries(['gzip', 'snappy', 'lz4', 'zstd'].map((codec) => [codec, { codec }])),
  'a committed transaction': { transaction: 'commit' },
  'a time long ago': { timestamp: 1 },
};
/** Unusable records: the code of the dead letter, then the shape that distinguishes them. */
const badShapes: Readonly<Record<string, Shape & { readonly headers?: Headers }>> = {
  'not_framed empty': { value: Buffer.alloc(0) },
  'not_framed 900 kB': { value: Buffer.alloc(900_000, 1) },
  'not_framed under a key that is no text': { key: notText, value: Buffer.from('no frame') },
  'no_envelope in a header without a value': { headers: [['ce_id', null]] },
  ...Object.fromEntries(
    ['gzip', 'snappy', 'lz4', 'zstd'].map((codec) => [`not_framed by ${codec}`, { codec, value: padding }]),
  ),
};
/** On a compacted topic the broker refuses the first of them, and the second is a tombstone. */
const badOnOrdinaryTopics: typeof badShapes = {
  'no_key and nothing else': { key: null, value: null, headers: [] },
  'invalid_value for none': { value: null },
};
const tombstone: Shape = { value: null };

describe.each(consumers)('records of other clients', ({ name, topic, group }, type, ways) => {
  test(`the ${name} handles or dead-letters whatever a broker can hold, and the partition moves on`, async () => {
    const sample = await sampleOf(type);
    const [first] = await producer.send({ topic, messages: [good(sample)] });
    const partition = first?.partition ?? -1;
    const goodHeaders: Headers = Object.entries(sample.headers).map(([header, value]) => [header, Buffer.from(value)]);
    const isCompacted = !('no_key' in ways);
    const raw: RawRecord = {
      ...{ topic, partition, key: Buffer.from(sample.key), value: good(sample).value },
      headers: [...goodHeaders, ['padding', padding]],
    };
    const handled: readonly RawRecord[] = [
      ...Object.values(oddHeaders).map((headers) => ({ ...raw, headers: [...goodHeaders, ...headers] })),
      ...[...Object.values(oddShapes), ...(isCompacted ? [tombstone] : [])].map((shape) => ({ ...raw, ...shape })),
    ];
    // Records of an aborted transaction, and the broker's control records, are not delivered.
    const passedBy: readonly RawRecord[] = [{ ...raw, transaction: 'abort' }];
    const bad = Object.entries({ ...badShapes, ...(isCompacted ? {} : badOnOrdinaryTopics) });
    const deadLettered = bad.map(([, shape]) => ({ ...raw, ...shape }));
    const offsets = await sendRaw([...handled, ...passedBy, ...deadLettered, raw]);
    const places = offsets.map((offset) => `${topic}:${partition}:${offset}`);
    const lastOffset = offsets.at(-1) ?? -1;
    expect(await committedPast(group, topic, partition, lastOffset)).toBeGreaterThan(lastOffset);
    const rejected = places.slice(handled.length + passedBy.length, -1);
    await expectDeadLetters(new Map(bad.map(([code], n) => [code, rejected[n] ?? ''])), group);
    const others = new Set(places.filter((place) => !rejected.includes(place)).map((place) => `${place}:${group}`));
    // A hint that was read names an object that the provider does not have, and ends so.
    const understood = group === handleHints.group ? 'object_absent' : null;
    const unread = graveyard.all().filter(({ id, value }) => others.has(id) && value['errorCode'] !== understood);
    expect(unread).toEqual([]);
  }, 120_000);
});

test('after all of them, another user of the same partition buys', async () => {
  const { topic, group } = handleCommands;
  const [offsets] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
  const { partition = 0 } = offsets?.partitions.toSorted((a, b) => Number(b.offset) - Number(a.offset))[0] ?? {};
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  const place = kafkajs.Partitioners.DefaultPartitioner();
  const partitionMetadata = topics[0]?.partitions ?? [];
  const partitionOf = (key: string): number => place({ topic, partitionMetadata, message: { key, value: null } });
  let userId = randomUUID();
  while (partitionOf(userId) !== partition) userId = randomUUID();
  const { status, json } = await (await userOf(userId)).buy('day');
  expect([status, typeof json['redirect_url']]).toEqual([200, 'string']);
}, 60_000);
