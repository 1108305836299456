import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import kafkajs from 'kafkajs';
import { nodeFlags } from '../../stack/run-node.ts';
import { findFreePorts } from '../../stack/ports.ts';
import { openLibrdkafka, type RawRecord } from '../support/librdkafka.ts';
import { installPythonLibrary, installTimeoutMs, python } from '../support/python-library.ts';
import { type Answer, call } from '../../tools/client/call.ts';
import { eventually } from '../../tools/client/eventually.ts';
import { sandbox, userOf } from '../support/system-client.ts';

const page = readFileSync('docs/reading-events.md', 'utf8');
const topic = 'billing.entitlements.v1';
const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',');
const kafka = new kafkajs.Kafka({ clientId: 'writer', brokers, logLevel: kafkajs.logLevel.NOTHING });
const [producer, admin] = [kafka.producer(), kafka.admin()];
// Inside the project, so that the TypeScript reader finds kafkajs.
const folder = mkdtempSync(join(process.env['TEST_LOGS_DIR'] ?? '.data', 'documented-readers-'));
const patienceMs = 60_000;

/** The page has one program per language; this is it, as printed. */
function printed(language: string): string {
  const programs = [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))];
  expect(programs).toHaveLength(1);
  return programs[0]?.[1] ?? '';
}

type Reader = {
  readonly mayWatch: (userId: string) => Promise<unknown>;
  readonly end: () => Promise<void>;
  /** The exit code of a reader that ends by itself. */
  readonly ended: Promise<unknown>;
};
type Language = {
  readonly fence: string;
  readonly file: string;
  readonly command: readonly string[];
  readonly codecs: readonly string[];
  /** At these it ends. */
  readonly lacks: readonly string[];
};

const languages: readonly Language[] = [
  {
    fence: 'ts',
    file: 'films.mts',
    command: [process.execPath, ...nodeFlags],
    codecs: ['gzip', 'zstd'],
    lacks: ['snappy', 'lz4'],
  },
  { fence: 'python', file: 'films.py', command: [python], codecs: ['gzip', 'snappy', 'lz4', 'zstd'], lacks: [] },
];

let pythonPath: string;
let sendRaw: (records: readonly RawRecord[]) => Promise<readonly number[]>;
beforeAll(async () => {
  pythonPath = await installPythonLibrary('documented-reader', 'test/flow/documented-readers/requirements.txt');
  sendRaw = await openLibrdkafka();
  await Promise.all([producer.connect(), admin.connect()]);
}, 2 * installTimeoutMs);
afterAll(async () => {
  await Promise.all([producer.disconnect(), admin.disconnect()]);
  rmSync(folder, { recursive: true, force: true });
});

async function startReader({ fence, file, command }: Language, port: number, from = topic): Promise<Reader> {
  const path = join(folder, file);
  writeFileSync(path, printed(fence).replaceAll(topic, from));
  const [program = '', ...args] = command;
  const child: ChildProcess = spawn(program, [...args, path], {
    cwd: folder,
    env: {
      ...process.env,
      PORT: String(port),
      DATABASE: `${from}.sqlite`,
      PYTHONPATH: pythonPath,
      PYTHONDONTWRITEBYTECODE: '1',
    },
    stdio: 'inherit',
  });
  const ended = once(child, 'exit').then(([code]) => code as unknown);
  const ask = (userId: string): Promise<Answer | null> =>
    call(`http://127.0.0.1:${port}/may-watch/${userId}`).catch(() => null);
  await eventually(
    () => ask(randomUUID()),
    (answer) => answer?.status === 200 || child.exitCode !== null,
    { patienceMs },
  );
  expect(child.exitCode).toBeNull();
  return {
    mayWatch: async (userId) => (await ask(userId))?.json['mayWatch'],
    end: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    ended,
  };
}

type Written = { readonly sequence: number; readonly active?: boolean; readonly validUntil?: string };

/** A record as this service writes it, with an additional field that the readers do not know. */
function recordOf(userId: string, { sequence, active = true, validUntil = '2100-01-01T00:00:00.000Z' }: Written) {
  const access = {
    userId,
    active,
    validUntil,
    graceUntil: null,
    tariffAlias: 'base',
    features: [],
    role: 'subscriber',
  };
  const value = framed(JSON.stringify({ ...access, more: 1 }));
  const headers = {
    ce_id: `${userId}:${sequence}`,
    ce_type: 'cinema.billing.entitlement.changed.v1',
    ce_sequence: String(sequence),
  };
  return { key: userId, value, headers };
}
const framed = (text: string): Buffer => Buffer.concat([Buffer.from([0, 0x7f, 0xff, 0xff, 0xff]), Buffer.from(text)]);

const write = (userId: string, written: Written) => producer.send({ topic, messages: [recordOf(userId, written)] });

/** A topic of the test alone, with one partition. It is not compacted: the broker refuses a record without a key otherwise. */
async function openTopic(): Promise<string> {
  const name = `films-${randomUUID()}`;
  await admin.createTopics({ topics: [{ topic: name, numPartitions: 1 }], waitForLeaders: true });
  return name;
}

/** A good record, as another client sends it. */
function rawOf(own: string, userId: string, change: Partial<RawRecord> = {}): RawRecord {
  const { value, headers } = recordOf(userId, { sequence: 1 });
  const pairs = Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)] as const);
  return { topic: own, partition: 0, key: Buffer.from(userId), value, headers: pairs, ...change };
}

const noText = Buffer.from([0xff, 0xfe]);
const headersWith = (name: string, value: Buffer | null): RawRecord['headers'] =>
  rawOf('', randomUUID()).headers.map((header) => (header[0] === name ? [name, value] : header));

/** What a broker can hold, and no reader can use. */
const useless: Readonly<Record<string, Partial<RawRecord>>> = {
  'no key': { key: null },
  'neither key nor value': { key: null, value: null },
  'an erasure of a key that is no text': { key: noText, value: null },
  'a key that is no text': { key: noText },
  'no headers': { headers: [] },
  'a type without a value': { headers: headersWith('ce_type', null) },
  'a sequence without a value': { headers: headersWith('ce_sequence', null) },
  'a sequence beyond every table': { headers: headersWith('ce_sequence', Buffer.from('9'.repeat(30))) },
  'an empty value': { value: Buffer.alloc(0) },
  'a value of another shape': { value: framed('null') },
  'an end of another shape': { value: framed('{"active":true,"validUntil":{}}') },
  'a value too deep to read': { value: framed('['.repeat(200_000)) },
};

describe.each(languages)('the reader of the page, $file', (language) => {
  test(
    'knows who may watch, hears of changes, and knows it after a restart as well',
    async () => {
      const { api: port } = await findFreePorts();
      const userId = randomUUID();
      const user = await userOf(userId);
      const first = await startReader(language, port);
      expect(await first.mayWatch(userId)).toBe(false);
      await user.buy('day');
      await sandbox.payPage(userId);
      await eventually(
        () => first.mayWatch(userId),
        (answer) => answer === true,
      );
      await first.end();
      const second = await startReader(language, port);
      expect(await second.mayWatch(userId)).toBe(true);
      await user.cancel({ mode: 'immediate' });
      await eventually(
        () => second.mayWatch(userId),
        (answer) => answer === false,
      );
      await second.end();
    },
    2 * patienceMs,
  );

  test(
    'takes unknown fields, judges by the time of the question, ignores older records, and forgets who was erased',
    async () => {
      const { api: port } = await findFreePorts();
      const [kept, over, erased, last] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
      const reader = await startReader(language, port);
      const soon = new Date(Date.now() + 3_000).toISOString();
      await write(kept, { sequence: 5 });
      await write(kept, { sequence: 4, active: false });
      await write(over, { sequence: 1, validUntil: soon });
      await write(erased, { sequence: 1 });
      await eventually(
        () => reader.mayWatch(erased),
        (answer) => answer === true,
      );
      await producer.send({ topic, messages: [{ key: erased, value: null }] });
      await producer.send({ topic, messages: [{ key: last, value: 'no JSON' }] });
      await write(last, { sequence: 1 });
      await eventually(
        () => reader.mayWatch(last),
        (answer) => answer === true,
      );
      await eventually(
        () => reader.mayWatch(erased),
        (answer) => answer === false,
      );
      await eventually(
        () => reader.mayWatch(over),
        (answer) => answer === false,
      );
      expect(await reader.mayWatch(kept)).toBe(true);
      await reader.end();
    },
    2 * patienceMs,
  );

  test(
    'reads on whatever other records a broker can hold, and after a restart as well',
    async () => {
      const [{ api: port }, own] = await Promise.all([findFreePorts(), openTopic()]);
      const odd = randomUUID();
      const compressed = language.codecs.map((codec) => ({ codec, userId: randomUUID() }));
      await sendRaw([
        ...Object.values(useless).map((change) => rawOf(own, randomUUID(), change)),
        rawOf(own, odd, { headers: [...rawOf(own, odd).headers, ['trace', null], ['trace', noText]] }),
        ...compressed.map(({ codec, userId }) => rawOf(own, userId, { codec })),
      ]);
      for (let start = 0; start < 2; start += 1) {
        const reader = await startReader(language, port, own);
        for (const userId of [odd, ...compressed.map((one) => one.userId)])
          expect(await reader.mayWatch(userId)).toBe(true);
        await reader.end();
      }
    },
    2 * patienceMs,
  );

  for (const codec of language.lacks) {
    test(
      `ends at ${codec}, which it cannot read, and keeps no stale table`,
      async () => {
        const [{ api: port }, own] = await Promise.all([findFreePorts(), openTopic()]);
        await sendRaw([rawOf(own, randomUUID())]);
        const reader = await startReader(language, port, own);
        await sendRaw([rawOf(own, randomUUID(), { codec })]);
        expect(await reader.ended).toBe(1);
      },
      2 * patienceMs,
    );
  }
});
