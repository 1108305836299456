import { randomUUID } from 'node:crypto';
import { Ajv } from 'ajv';
import kafkajs from 'kafkajs';
import { registerCodecs } from '../../src/adapters/kafka/client/compression/register-codecs.ts';

/** What another service reads from a record with the registry alone: no code and no schema file of ours. */
export type ForeignRecord = {
  readonly topic: string;
  readonly key: string;
  readonly type: string;
  readonly id: string;
  readonly sequence: number | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Readonly<Record<string, unknown>>;
};

export type ForeignReader = {
  readonly all: () => readonly ForeignRecord[];
  readonly records: (key: string) => readonly ForeignRecord[];
  /** Resolves with the key's records as soon as one of the type is among them. */
  readonly until: (key: string, type: string) => Promise<readonly ForeignRecord[]>;
  /** Resolves with the key's records, in the order of their sequence, as soon as there are so many. */
  readonly untilCount: (key: string, count: number) => Promise<readonly ForeignRecord[]>;
  readonly stop: () => Promise<void>;
};

const patienceMs = 30_000;
// Other Kafka clients include these codecs.
registerCodecs();
const factTopics = ['billing.subscriptions.v1', 'billing.payments.v1', 'billing.entitlements.v1'];

const textHeaders = (headers: kafkajs.IHeaders | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)]));

function createDecoder(registry: string): (bytes: Buffer) => Promise<Record<string, unknown>> {
  const validators = new Map<number, Promise<(value: unknown) => boolean>>();
  const load = async (id: number) => {
    const answer = await fetch(`${registry}/schemas/ids/${id}`);
    const { schema } = (await answer.json()) as { schema: string };
    return new Ajv().compile(JSON.parse(schema) as object);
  };
  return async (bytes) => {
    if (bytes[0] !== 0) throw new Error('not the wire format of the registry');
    const id = bytes.readInt32BE(1);
    if (!validators.has(id)) validators.set(id, load(id));
    const value = JSON.parse(bytes.subarray(5).toString('utf8')) as Record<string, unknown>;
    if (!(await validators.get(id))?.(value))
      throw new Error(`a message breaks its own schema ${id}: ${JSON.stringify(value)}`);
    return value;
  };
}

/** Reads topics from their beginning, decodes by the registry alone, and validates by the writer's schema. */
export async function startForeignReader(topics: readonly string[] = factTopics): Promise<ForeignReader> {
  const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',');
  const decode = createDecoder(process.env['SCHEMA_REGISTRY_URL'] ?? '');
  const kafka = new kafkajs.Kafka({ clientId: 'foreign', brokers, logLevel: kafkajs.logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: `foreign-${randomUUID()}`, maxWaitTimeInMs: 100 });
  const records: ForeignRecord[] = [];
  /** By key: other tests write poison to these topics under keys of their own. */
  const problems = new Map<string, unknown>();
  let arrived = Promise.withResolvers<null>();
  await consumer.connect();
  await consumer.subscribe({ topics: [...topics], fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ topic, message }) => {
      try {
        const headers = textHeaders(message.headers);
        const value = message.value === null ? {} : await decode(message.value);
        const type = (headers['ce_type'] ?? '').replace(/^cinema\.billing\./, '').replace(/\.v\d+$/, '');
        const sequence = headers['ce_sequence'] === undefined ? null : Number(headers['ce_sequence']);
        records.push({ topic, key: String(message.key), type, id: headers['ce_id'] ?? '', sequence, headers, value });
      } catch (error) {
        problems.set(String(message.key), error);
      }
      arrived.resolve(null);
      arrived = Promise.withResolvers();
    },
  });
  const of = (key: string): readonly ForeignRecord[] => records.filter((record) => record.key === key);
  async function waitFor(key: string, wanted: string, isThere: (seen: readonly ForeignRecord[]) => boolean) {
    const deadline = AbortSignal.timeout(patienceMs);
    const late = new Promise<null>((resolve) => {
      deadline.addEventListener('abort', () => resolve(null), { once: true });
    });
    while (!isThere(of(key))) {
      if (problems.has(key)) throw problems.get(key);
      if (deadline.aborted) {
        const seen = of(key).map((record) => record.type);
        throw new Error(`${wanted} of ${key} did not arrive; seen: ${seen.join(', ')}`);
      }
      await Promise.race([arrived.promise, late]);
    }
    return of(key).toSorted((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
  }
  return {
    all: () => records,
    records: of,
    until: (key, type) => waitFor(key, type, (seen) => seen.some((record) => record.type === type)),
    untilCount: (key, count) => waitFor(key, `${count} events`, (seen) => seen.length >= count),
    stop: () => consumer.disconnect(),
  };
}
