import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';

test('all output before the exit arrives, however much a pipe holds', async () => {
  const { href } = new URL('../../stack/exit-when-taken.ts', import.meta.url);
  const script = `import { exitWhenTaken } from '${href}'; process.stdout.write('x'.repeat(2_000_000)); exitWhenTaken(3);`;
  const program = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(program, 'exit');
  let length = 0;
  for await (const chunk of program.stdout as AsyncIterable<Buffer>) length += chunk.length;
  expect([length, await exited]).toEqual([2_000_000, [3, null]]);
});
