import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { nodeFlags } from '../../stack/run-node.ts';
import { settings } from '../../src/config.ts';

const run = promisify(execFile);

test.each(['consumers/main.ts', 'jobs/main.ts', 'src/server.ts', 'src/migrate.ts'])(
  '%s by hand with the default key, beside a system with a key of its own, is refused in one sentence',
  async (program) => {
    const ENCRYPTION_KEY = settings.ENCRYPTION_KEY.default.development;
    const env = { ...process.env, ENCRYPTION_KEY };
    const ended = await run(process.execPath, [...nodeFlags, program], { env }).then(
      () => ({ code: 0, stderr: '' }),
      (error: unknown) => error as { readonly code: number; readonly stderr: string },
    );
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(
      /^ENCRYPTION_KEY is not the key that this database was prepared with, .*docs\/running\.md/,
    );
    expect(ended.stderr.trim()).not.toContain('\n');
  },
  60_000,
);
