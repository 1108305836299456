import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { nodeFlags } from '../../stack/run-node.ts';
import { settings } from '../../src/config.ts';

const run = promisify(execFile);

/** How a process ends whose setting differs from that of the running system. */
function start(
  program: string,
  differs: NodeJS.ProcessEnv,
): Promise<{ readonly code: number; readonly stderr: string }> {
  return run(process.execPath, [...nodeFlags, program], { env: { ...process.env, ...differs } }).then(
    () => ({ code: 0, stderr: '' }),
    (error: unknown) => error as { readonly code: number; readonly stderr: string },
  );
}

test.each(['consumers/main.ts', 'jobs/main.ts', 'src/server.ts', 'src/migrate.ts'])(
  '%s by hand with the default key, beside a system with a key of its own, is refused in one sentence',
  async (program) => {
    const ended = await start(program, { ENCRYPTION_KEY: settings.ENCRYPTION_KEY.default.development });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(
      /^ENCRYPTION_KEY is not the key that this database was prepared with, .*docs\/running\.md/,
    );
    expect(ended.stderr.trim()).not.toContain('\n');
  },
  60_000,
);

test('a process with another business time zone, which would move the ends of paid periods, is refused in one line', async () => {
  const ended = await start('src/server.ts', { BUSINESS_TIME_ZONE: 'Asia/Omsk' });
  expect(ended.code).toBe(1);
  expect(ended.stderr).toMatch(/^BUSINESS_TIME_ZONE is Asia\/Omsk, .*: set Europe\/Moscow\. .*docs\/running\.md/);
  expect(ended.stderr.trim()).not.toContain('\n');
}, 60_000);
