import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { startSentryIngest } from '../../support/sentry-ingest.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

/** Prints which modules of the library a process loads. */
const watchLoads = `import { registerHooks } from 'node:module';
registerHooks({ load(url, context, next) {
  if (url.includes('/@sentry/')) process.stderr.write('loaded ' + url + '\\n');
  return next(url, context);
} });`;

/** Nothing listens on the discard port, so the process cannot start. */
const nowhere = {
  BILLING_ENV: 'test',
  KAFKA_BROKERS: '127.0.0.1:9',
  MONGODB_URL: 'mongodb://127.0.0.1:9/billing?replicaSet=rs0',
  SCHEMA_REGISTRY_URL: 'http://127.0.0.1:9',
};

async function run(dsn: string): Promise<{ readonly code: number | null; readonly loads: number }> {
  const hook = `data:text/javascript,${encodeURIComponent(watchLoads)}`;
  const child = spawn(process.execPath, ['--import', hook, 'src/server.ts'], {
    cwd: root,
    env: { PATH: process.env['PATH'], ...nowhere, SENTRY_DSN: dsn },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [words, code] = await Promise.all([text(child.stderr), ended]);
  return { code, loads: words.split('\n').filter((line) => line.startsWith('loaded ')).length };
}

/** Two starts of a real process, on a machine that may be busy with ten others. */
const startsMs = 90_000;

test(
  'a process that has an address reports why it ends before it ends',
  async () => {
    const ingest = await startSentryIngest();
    const { code, loads } = await run(ingest.dsn);
    await ingest.close();
    expect(code).toBe(1);
    expect(loads).toBeGreaterThan(0);
    expect(ingest.events()).toHaveLength(1);
    expect(ingest.events()[0]).toMatchObject({
      message: 'could not start',
      server_name: 'api',
      environment: 'test',
      release: `cinema-billing@${version}`,
    });
  },
  startsMs,
);

test(
  'without an address the library is not even loaded',
  async () => expect(await run('')).toEqual({ code: 1, loads: 0 }),
  startsMs,
);
