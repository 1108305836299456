import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { startOtlpReceiver } from '../../support/otlp-receiver.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** Prints which modules of the libraries a process loads. The API alone is loaded by another package, too. */
const watchLoads = `import { registerHooks } from 'node:module';
registerHooks({ load(url, context, next) {
  if (/@opentelemetry\\/(?!api\\/)/.test(url)) process.stderr.write('loaded ' + url + '\\n');
  return next(url, context);
} });`;

/** Nothing listens on the discard port, so the process cannot start. */
const nowhere = {
  BILLING_ENV: 'test',
  KAFKA_BROKERS: '127.0.0.1:9',
  MONGODB_URL: 'mongodb://127.0.0.1:9/billing?replicaSet=rs0',
  SCHEMA_REGISTRY_URL: 'http://127.0.0.1:9',
};

async function run(endpoint: string): Promise<{ readonly code: number | null; readonly loads: number }> {
  const hook = `data:text/javascript,${encodeURIComponent(watchLoads)}`;
  const child = spawn(process.execPath, ['--import', hook, 'src/server.ts'], {
    cwd: root,
    env: { PATH: process.env['PATH'], ...nowhere, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [words, code] = await Promise.all([text(child.stderr), ended]);
  return { code, loads: words.split('\n').filter((line) => line.startsWith('loaded ')).length };
}

/** Two starts of a real process, on a machine that may be busy with ten others. */
const startsMs = 90_000;

test(
  'a process that has an endpoint loads the libraries, and ends in time though nothing was to be sent',
  async () => {
    const receiver = await startOtlpReceiver();
    const { code, loads } = await run(receiver.endpoint);
    await receiver.close();
    expect(code).toBe(1);
    expect(loads).toBeGreaterThan(0);
  },
  startsMs,
);

test(
  'without an endpoint the libraries are not even loaded',
  async () => expect(await run('')).toEqual({ code: 1, loads: 0 }),
  startsMs,
);
