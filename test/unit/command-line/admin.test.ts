import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { changing } from '../../../src/composition/admin/subcommand.ts';
import { subcommands } from '../../../src/composition/admin/subcommands.ts';
import { parseCommandLine } from '../../../src/composition/command-line/parse-command-line.ts';
import { nodeFlags } from '../../../stack/run-node.ts';

const run = promisify(execFile);
const answerTimeoutMs = 60_000;
const table = Object.entries(subcommands);

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** The program of the image, where there are no tools. */
async function admin(...args: readonly string[]): Promise<Ended> {
  try {
    return { code: 0, ...(await run(process.execPath, [...nodeFlags, 'src/admin.ts', ...args])) };
  } catch (error) {
    return error as Ended;
  }
}

test(
  '--help lists everything that staff can do',
  async () => {
    const { code, stdout } = await admin('--help');
    expect(code).toBe(0);
    for (const [name, { command }] of table) expect(stdout).toContain(`  ${name.padEnd(14)} ${command.about}\n`);
  },
  answerTimeoutMs,
);

test.each([
  [[], 'WHAT is missing; there are\n'],
  [['constructor'], 'There is no "constructor"; there are\n'],
])(
  '%j is refused with what there is',
  async (args, sentence) => {
    const { code, stderr } = await admin(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(sentence);
    for (const [name] of table) expect(stderr).toContain(`  ${name} `);
  },
  answerTimeoutMs,
);

test.each(table)('%s has an example that it understands', (name, { command }) => {
  const [, args = ''] = command.example.split(` ${name} `);
  const words = [...args.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '');
  expect(parseCommandLine(command, words)).toMatchObject({ kind: 'line' });
  expect(command.usage).toBe(`npm run admin -- ${name}`);
});

test('a reason is never blank', () => {
  const command = { usage: '', about: '', options: changing, example: '' };
  expect(parseCommandLine(command, ['--reason', 'checked\nat the bank'])).toMatchObject({ kind: 'line' });
  for (const reason of ['', ' \n', 'x'.repeat(501)])
    expect(parseCommandLine(command, ['--reason', reason])).toMatchObject({ kind: 'refused' });
  expect(parseCommandLine(command, [])).toEqual({
    kind: 'refused',
    sentence: '--reason TEXT is missing: why, for the audit',
  });
});

test('a missing operand is refused', () => {
  expect(parseCommandLine(subcommands['audit']!.command, [])).toEqual({
    kind: 'refused',
    sentence: 'ID is missing: the user, the payment or another thing',
  });
});
