import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { installPythonLibrary, python } from './python-library.ts';

const program = fileURLToPath(new URL('../poison/librdkafka/produce.py', import.meta.url));
const requirements = fileURLToPath(new URL('../poison/librdkafka/requirements.txt', import.meta.url));

type Bytes = Buffer | null;

/** A record that kafkajs cannot send: it refuses a header without a value and has only gzip. */
export type RawRecord = {
  readonly topic: string;
  readonly partition: number;
  readonly key: Bytes;
  readonly value: Bytes;
  readonly headers: readonly (readonly [name: string, value: Bytes])[];
  readonly codec?: string;
  readonly timestamp?: number;
  readonly transaction?: 'commit' | 'abort';
};

const packed = (bytes: Bytes): string | null => bytes?.toString('base64') ?? null;

/** Sends them by librdkafka, one after the other, each as a batch of its own; returns their offsets. */
export async function openLibrdkafka(): Promise<(records: readonly RawRecord[]) => Promise<readonly number[]>> {
  const library = await installPythonLibrary('librdkafka', requirements);
  return async (records) => {
    const child = spawn(python, [program], {
      env: { ...process.env, PYTHONPATH: library },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.end(
      JSON.stringify(
        records.map((record) => ({
          ...{ codec: 'none', timestamp: 0, transaction: null, ...record },
          ...{ key: packed(record.key), value: packed(record.value) },
          headers: record.headers.map(([name, value]) => [name, packed(value)]),
        })),
      ),
    );
    return JSON.parse(await text(child.stdout)) as readonly number[];
  };
}
