import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { startInVain, startsMs } from '../../support/loaded-modules.ts';
import { startSentryIngest } from '../../support/sentry-ingest.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

const run = (dsn: string) => startInVain({ SENTRY_DSN: dsn }, /\/@sentry\//);

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
