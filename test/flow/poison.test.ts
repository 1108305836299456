import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import kafkajs from 'kafkajs';
import { handleCommands } from '../../consumers/handle-commands.ts';
import { handleHints } from '../../consumers/handle-hints.ts';
import { handleTimers } from '../../consumers/handle-timers.ts';
import { keepEntitlements } from '../../consumers/keep-entitlements.ts';
import { catalogueEntry, type MessageType } from '../../src/messages/catalogue.ts';
import { topicNames } from '../../src/messages/topics.ts';
import { startForeignReader, type ForeignReader } from '../support/foreign-reader.ts';
import { eventually } from '../support/system-client.ts';

const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',');
const kafka = new kafkajs.Kafka({ clientId: 'poisoner', brokers, logLevel: kafkajs.logLevel.NOTHING });
const [producer, admin] = [kafka.producer(), kafka.admin()];
let graveyard: ForeignReader;
beforeAll(async () => {
  graveyard = await startForeignReader([topicNames.deadLetters]);
  await Promise.all([producer.connect(), admin.connect()]);
}, 60_000);
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

/** Error code of the dead letter → how a good message must be spoilt for it, on any topic. */
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
/** The broker itself refuses a record without a key on a compacted topic. */
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
  [keepEntitlements, 'entitlement.changed', { ...everywhere, ...noSequence }],
];

describe.each(consumers)('poison for a consumer', ({ name, topic, group }, type, ways) => {
  test(`of the ${name}: every class ends in a dead letter that names why, and the partition moves on`, async () => {
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
    for (const [code, place] of where) {
      const letters = await eventually(
        () => Promise.resolve(graveyard.all().filter(({ id }) => id === `${place}:${group}`)),
        (found) => found.length > 0,
      );
      expect(letters.map(({ value }) => [value['errorClass'], value['errorCode']])).toEqual([['poison', code]]);
    }
    const committed = await eventually(
      async () => {
        const [of] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
        return Number(of?.partitions.find((one) => one.partition === partition)?.offset);
      },
      (offset) => offset > last,
    );
    expect(committed).toBe(last + 1);
    expect(where.size).toBe(Object.keys(ways).length);
  }, 60_000);
});
