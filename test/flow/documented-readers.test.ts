import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import kafkajs from 'kafkajs';
import { nodeFlags } from '../../stack/run-node.ts';
import { findFreePorts } from '../../stack/ports.ts';
import { installPythonLibrary, installTimeoutMs, python } from '../support/python-library.ts';
import { type Answer, call } from '../../tools/client/call.ts';
import { eventually } from '../../tools/client/eventually.ts';
import { sandbox, userOf } from '../support/system-client.ts';

const page = readFileSync('docs/reading-events.md', 'utf8');
const topic = 'billing.entitlements.v1';
const brokers = (process.env['KAFKA_BROKERS'] ?? '').split(',');
const producer = new kafkajs.Kafka({ clientId: 'writer', brokers, logLevel: kafkajs.logLevel.NOTHING }).producer();
// Inside the project, so that the TypeScript reader finds kafkajs.
const folder = mkdtempSync(join(process.env['TEST_LOGS_DIR'] ?? '.data', 'documented-readers-'));
const patienceMs = 60_000;

/** The page has one program per language; this is it, as printed. */
function printed(language: string): string {
  const programs = [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))];
  expect(programs).toHaveLength(1);
  return programs[0]?.[1] ?? '';
}

type Reader = { readonly mayWatch: (userId: string) => Promise<unknown>; readonly end: () => Promise<void> };
type Language = { readonly fence: string; readonly file: string; readonly command: readonly string[] };

const languages: readonly Language[] = [
  { fence: 'ts', file: 'films.mts', command: [process.execPath, ...nodeFlags] },
  { fence: 'python', file: 'films.py', command: [python] },
];

let pythonPath: string;
beforeAll(async () => {
  pythonPath = await installPythonLibrary('documented-reader', 'test/flow/documented-readers/requirements.txt');
  await producer.connect();
}, installTimeoutMs);
afterAll(async () => {
  await producer.disconnect();
  rmSync(folder, { recursive: true, force: true });
});

async function startReader({ fence, file, command }: Language, port: number): Promise<Reader> {
  const path = join(folder, file);
  writeFileSync(path, printed(fence));
  const [program = '', ...args] = command;
  const child: ChildProcess = spawn(program, [...args, path], {
    cwd: folder,
    env: { ...process.env, PORT: String(port), PYTHONPATH: pythonPath, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: 'inherit',
  });
  const ended = once(child, 'exit');
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
  };
}

type Written = { readonly sequence: number; readonly active?: boolean; readonly validUntil?: string };

/** A record as this service writes it, with an additional field that the readers do not know. */
async function write(userId: string, { sequence, active = true, validUntil = '2100-01-01T00:00:00.000Z' }: Written) {
  const access = {
    userId,
    active,
    validUntil,
    graceUntil: null,
    tariffAlias: 'base',
    features: [],
    role: 'subscriber',
  };
  const value = Buffer.concat([
    Buffer.from([0, 0x7f, 0xff, 0xff, 0xff]),
    Buffer.from(JSON.stringify({ ...access, more: 1 })),
  ]);
  const headers = {
    ce_id: `${userId}:${sequence}`,
    ce_type: 'cinema.billing.entitlement.changed.v1',
    ce_sequence: String(sequence),
  };
  await producer.send({ topic, messages: [{ key: userId, value, headers }] });
}

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
});
