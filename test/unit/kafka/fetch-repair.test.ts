import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { failWhenStopped } from '../../../src/adapters/kafka/client/fetch-repair.ts';
import { nodeFlags } from '../../../stack/run-node.ts';

/** The program takes less than a second. One whose loop never pauses does not end. */
const hangsMs = 30_000;

test('a consumer that is stopped fetches no more', async () => {
  const fetch = failWhenStopped((nodeId) => Promise.resolve(nodeId));
  await expect(fetch.call({ running: true }, '1')).resolves.toBe('1');
  await expect(fetch.call({ running: false }, '1')).rejects.toMatchObject({ retriable: false });
});

test.each(['5', '0'])(
  'a consumer that is stopped while its brokers change ends, also one with %s repeats left',
  async (repeats) => {
    const program = [...nodeFlags, fileURLToPath(new URL('stop-while-brokers-change.ts', import.meta.url)), repeats];
    const child = spawn(process.execPath, program, {
      stdio: ['ignore', 'pipe', 'inherit'],
      ...{ timeout: hangsMs, killSignal: 'SIGKILL' },
    });
    const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
    expect([await text(child.stdout), await ended]).toEqual(['ended\n', 0]);
  },
  2 * hangsMs,
);
