import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { copyRooms } from '../support/copy-rooms.ts';
import { follow, stepsOf } from './recipe.ts';

const root = process.cwd();
const copy = mkdtempSync(join(tmpdir(), 'billing-recipe-'));
const rooms = ['src', 'consumers', 'jobs', 'sandbox', 'stack', 'tools', 'test', 'bench', 'schemas', 'docs'];
const steps = stepsOf(readFileSync('CONTRIBUTING.md', 'utf8'), 'Add an order');
const rowPath = 'test/support/commands.ts';

/** On a machine that is busy with everything else. */
const stepTimeoutMs = 180_000;

function run(...args: readonly string[]): { readonly status: number | null; readonly words: string } {
  const flags = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, ...args], {
    ...{ cwd: copy, encoding: 'utf8', timeout: stepTimeoutMs },
  });
  return { status, words: stdout + stderr };
}

/** What it knows from the last run makes the next one short. */
const compile = () => run('node_modules/typescript/bin/tsc', '--noEmit', '--tsBuildInfoFile', 'tsc.tsbuildinfo');

beforeAll(() => {
  copyRooms(root, copy, [...rooms, 'tsconfig.json', 'jest.config.mjs', 'CONTRIBUTING.md']);
  for (const step of steps) follow(copy, step);
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

test('an order is at most five files by hand', () => {
  expect(steps.map(({ path }) => path)).toEqual([
    'schemas/commands/methods-forget.v1.json',
    'schemas/openapi.yaml',
    'src/domain/commands/forget-methods.ts',
    'src/domain/commands/index.ts',
    rowPath,
  ]);
});

test(
  'everything else is generated',
  () => {
    expect(run('tools/commands/generate.ts')).toMatchObject({ status: 0 });
  },
  stepTimeoutMs,
);

test(
  'without its row the tests do not compile, and nothing else complains',
  () => {
    const withRow = readFileSync(join(copy, rowPath), 'utf8');
    writeFileSync(join(copy, rowPath), readFileSync(rowPath));
    const { status, words } = compile();
    writeFileSync(join(copy, rowPath), withRow);
    expect(status).not.toBe(0);
    expect(words).toMatch(/^test\/support\/commands\.ts\(.*methods\.forget/m);
    expect(words).not.toMatch(/^(?!test\/)[\w-]+\//m);
  },
  stepTimeoutMs,
);

test(
  'with it the project compiles',
  () => {
    expect(compile()).toEqual({ status: 0, words: '' });
  },
  stepTimeoutMs,
);

test(
  'the order has its cells, its message and its route',
  () => {
    const tests = ['unit/domain/every-cell', 'unit/domain/command-rows', 'unit/http/command-input', 'messages/parse'];
    const jest = run('node_modules/jest/bin/jest.js', '--verbose', ...tests.map((name) => `test/${name}.test.ts`));
    expect(jest).toMatchObject({ status: 0 });
    expect(jest.words).toContain('past_due × forget methods → completed');
    expect(jest.words).toContain('forgetMethods');
  },
  stepTimeoutMs,
);
