import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { apiUrl, sandbox, sandboxUrl } from '../support/system-client.ts';

const run = promisify(execFile);

/** The shell blocks of a chapter, in their order, with the addresses of the system under test. */
function blocksOf(chapter: string): readonly string[] {
  const [, text = ''] =
    new RegExp(`^## ${chapter}\\n([\\s\\S]*?)^## `, 'm').exec(readFileSync('README.md', 'utf8')) ?? [];
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) =>
    block.replaceAll('http://127.0.0.1:8001', apiUrl).replaceAll('http://127.0.0.1:8090', sandboxUrl),
  );
}

const paste = async (blocks: readonly string[]): Promise<string> =>
  (await run('bash', ['-e', '-o', 'pipefail', '-c', `${blocks.join('\n')}\necho "BUYER $BUYER"`])).stdout;

async function statusesOf(output: string): Promise<readonly unknown[]> {
  const { payments } = await sandbox.ledgerOf(/BUYER (\S+)/.exec(output)?.[1] ?? '');
  return payments.map(({ status }) => status);
}

test('"Buy by curl" works when pasted whole: its page is paid, and access outlasts the cancel', async () => {
  const blocks = [...blocksOf('Buy by curl'), ...blocksOf('Listen to the events')];
  expect(blocks).toHaveLength(6);
  const output = await paste(blocks);
  expect(output).toMatch(/"active":true/);
  expect(output).toMatch(/"renew":false/);
  expect(output).toMatch(/ subscription\.activated [\s\S]* subscription\.cancel_scheduled /);
  expect(await statusesOf(output)).toEqual(['succeeded']);
}, 120_000);

test('the first two steps of "Buy by curl" lead to a page that can be paid', async () => {
  const output = await paste(blocksOf('Buy by curl').slice(0, 2));
  expect(output).toMatch(new RegExp(`${sandboxUrl}/checkout/`));
  expect(await statusesOf(output)).toEqual(['pending']);
}, 60_000);

test('tail says that no event matches a user without events', async () => {
  const { stdout, stderr } = await run('npm', ['run', '-s', 'tail', '--', '--user', randomUUID(), '--no-follow']);
  expect([stdout, stderr]).toEqual(['', 'No event matches.\n']);
}, 60_000);
