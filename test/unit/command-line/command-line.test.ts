import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { projectRoot } from '../../../stack/folders.ts';
import { nodeFlags } from '../../../stack/run-node.ts';
import { type Command } from '../../../src/composition/command-line/command.ts';
import { benchmarks } from '../../../tools/command-line/benchmarks.ts';
import { commands } from '../../../tools/command-line/commands.ts';
import { parseCommandLine } from '../../../src/composition/command-line/parse-command-line.ts';

const run = promisify(execFile);
const answerTimeoutMs = 60_000;
const table: readonly (readonly [string, Command])[] = Object.entries(commands);
const benchmarkTable: readonly (readonly [string, Command])[] = Object.entries(benchmarks);
const namesIn = (folder: string): readonly string[] =>
  readdirSync(join(projectRoot, folder)).flatMap((file) =>
    file.endsWith('.ts') ? [file.slice(0, -'.ts'.length)] : [],
  );

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

async function runCommand(name: string, ...args: readonly string[]): Promise<Ended> {
  const program = join(projectRoot, 'tools/commands', `${name}.ts`);
  try {
    const { stdout, stderr } = await run(process.execPath, [...nodeFlags, program, ...args]);
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as Ended;
    return { code, stdout, stderr };
  }
}

const sentence = /^[^\n]+ explains the command\.\n$/;

describe('the table of commands', () => {
  test('has every program of tools/commands and every npm script, and no other', () => {
    const names = Object.keys(commands).toSorted();
    expect(namesIn('tools/commands').toSorted()).toEqual(names);
    const { scripts } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { scripts: object };
    expect([...Object.keys(scripts), 'up'].toSorted()).toEqual(names);
  });

  test('has every benchmark, and the help of bench names each', () => {
    expect(Object.keys(benchmarks).toSorted()).toEqual(namesIn('bench').toSorted());
    for (const name of Object.keys(benchmarks)) expect(commands.bench.operand.about).toContain(name);
  });

  test.each([...table, ...benchmarkTable])('%s: the example is a valid command line', (_name, command) => {
    const typed = command.example.split(' && ').at(-1) ?? '';
    const [, args = ''] = / -- (.*)$/.exec(typed) ?? [];
    const [bench, ...rest] = args.split(' ').filter((word) => word !== '');
    const own = benchmarkTable.some(([name]) => name === bench) ? rest : [bench ?? '', ...rest];
    expect(parseCommandLine(command, own.filter(Boolean)).kind).not.toBe('refused');
  });
});

describe('every command', () => {
  test.concurrent.each(table)(
    '%s answers --help with what it does, its options and an example, and does nothing else',
    async (name, command) => {
      const { code, stdout, stderr } = await runCommand(name, '--help');
      expect([code, stderr]).toEqual([0, '']);
      for (const text of [command.about, command.usage, command.example]) expect(stdout).toContain(text);
      for (const [option, { about }] of Object.entries(command.options)) {
        expect(stdout).toMatch(new RegExp(`--(no-)?${option} `));
        expect(stdout).toContain(about);
      }
    },
    answerTimeoutMs,
  );

  test.concurrent.each(table)(
    '%s refuses an unknown option in one sentence',
    async (name) => {
      const { code, stdout, stderr } = await runCommand(name, '--bogus');
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(sentence);
      expect(stderr).toContain('There is no option --bogus;');
    },
    answerTimeoutMs,
  );
});

describe('a command line is refused with what is wrong', () => {
  test.each<[string, Command, readonly string[], string]>([
    ['a required option is missing', commands.token, [], '--user UUID is missing: the user that the token is for'],
    ['a value is missing', commands.tail, ['--user'], "Option '--user <value>' argument missing"],
    [
      'a value is of another kind',
      commands.simulate,
      ['--seeds', 'x'],
      '--seeds must be a whole number from 1, not "x"',
    ],
    [
      'a value looks like an option',
      commands.simulate,
      ['--seeds', '-1'],
      'The value of --seeds begins with a dash; if it is meant, write --seeds=VALUE',
    ],
    ['one argument too many', commands.check, ['now'], '"now" is not understood'],
    ['a second argument too many', commands.planted, ['a', 'b'], '"b" is not understood'],
  ])('%s', (_what, command, args, text) => {
    expect(parseCommandLine(command, args)).toEqual({ kind: 'refused', sentence: text });
  });

  test('values, defaults and operands are passed on', () => {
    expect(parseCommandLine(commands.planted, ['refund', '--seeds', '5'])).toMatchObject({
      line: { values: { seeds: '5' }, operands: ['refund'] },
    });
    expect(parseCommandLine(commands.tail, ['--no-follow'])).toMatchObject({ line: { values: { follow: false } } });
    expect(parseCommandLine(commands.chaos, [])).toMatchObject({ line: { values: { cycles: '20', seed: '1' } } });
  });

  test('a benchmark that does not exist is named with those that do', async () => {
    const { code, stderr } = await runCommand('bench', 'nothing');
    expect([code, stderr]).toEqual([
      2,
      `There is no benchmark "nothing"; there are ${Object.keys(benchmarks).join(', ')}.\n`,
    ]);
  });
});
