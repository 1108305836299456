import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { copyRooms } from '../support/copy-rooms.ts';
import { follow, type Step, stepsOf } from './recipe.ts';

// Follows all recipes of CONTRIBUTING.md in one copy of the project. Each recipe ends with the rows of its tests.

const copy = mkdtempSync(join(tmpdir(), 'billing-recipes-'));
const rooms = ['src', 'consumers', 'jobs', 'sandbox', 'stack', 'tools', 'test', 'bench', 'schemas', 'docs'];
const page = readFileSync('CONTRIBUTING.md', 'utf8');
const order = stepsOf(page, 'Add a command');
const fact = stepsOf(page, 'Add a fact');
const timer = stepsOf(page, 'Add a timer');
const rowPaths = ['test/support/commands.ts', 'test/messages/arbitrary-values.ts', 'test/messages/arbitrary-timers.ts'];

/** All of them take thirty seconds on a machine that does nothing else, and they yield to the other suites. */
const stepTimeoutMs = 20 * 60_000;
jest.setTimeout(stepTimeoutMs);

function run(...args: readonly string[]): { readonly status: number | null; readonly output: string } {
  const flags = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, ...args], {
    ...{ cwd: copy, encoding: 'utf8', timeout: stepTimeoutMs },
  });
  return { status, output: stdout + stderr };
}

/** Incremental, so that the second run is short. */
const compile = () => run('node_modules/typescript/bin/tsc', '--noEmit', '--tsBuildInfoFile', 'tsc.tsbuildinfo');

const pathsOf = (steps: readonly Step[]): readonly string[] => steps.map(({ path }) => path);

beforeAll(() => {
  copyRooms(process.cwd(), copy, [...rooms, 'k8s', 'tsconfig.json', 'jest.config.mjs', 'CONTRIBUTING.md']);
  for (const step of [...order, ...fact, ...timer]) follow(copy, step);
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

test('an order is five files by hand', () => {
  expect(pathsOf(order)).toEqual([
    'schemas/commands/methods-forget.v1.json',
    'schemas/openapi.yaml',
    'src/domain/commands/forget-methods.ts',
    'src/domain/commands/index.ts',
    'test/support/commands.ts',
  ]);
});

test('a fact is two files by hand, and a row', () => {
  expect(pathsOf(fact)).toEqual([
    'schemas/subscriptions/subscription-price-announced.v1.json',
    'src/domain/model/events.ts',
    'test/messages/arbitrary-values.ts',
  ]);
});

test('a timer is three files by hand, and two rows', () => {
  expect(pathsOf(timer)).toEqual([
    'schemas/timers/payment-page-over-due.v1.json',
    'src/domain/timers/page-over-due.ts',
    'src/domain/timers/index.ts',
    'jobs/timetable.ts',
    'test/messages/arbitrary-timers.ts',
  ]);
});

test('everything else is generated', () => {
  expect(run('tools/commands/generate.ts')).toMatchObject({ status: 0 });
});

test('without their rows only the tests do not compile', () => {
  const rows = rowPaths.map((path) => ({ path, text: readFileSync(join(copy, path), 'utf8') }));
  for (const { path } of rows) writeFileSync(join(copy, path), readFileSync(path));
  const { status, output } = compile();
  for (const { path, text } of rows) writeFileSync(join(copy, path), text);
  expect(status).not.toBe(0);
  expect(output).toMatch(/^test\/support\/commands\.ts\(.*methods\.forget/m);
  expect(output).toMatch(/^test\/messages\/arbitrary-values\.ts\(.*price_announced/m);
  expect(output).toMatch(/^test\/messages\/arbitrary-timers\.ts\(.*page_over_due/m);
  expect(output).not.toMatch(/^(?!test\/)[\w-]+\//m);
});

test('with them the project compiles', () => {
  expect(compile()).toEqual({ status: 0, output: '' });
});

test('cells, messages and routes are tested', () => {
  const tests = [
    'unit/domain/every-cell',
    'unit/domain/command-rows',
    'unit/http/command-input',
    'messages/parse',
    'messages/message-factory',
  ];
  const tested = run('node_modules/jest/bin/jest.js', '--verbose', ...tests.map((name) => `test/${name}`));
  expect(tested).toMatchObject({ status: 0 });
  expect(tested.output).toContain('past_due × forget methods → completed');
  expect(tested.output).toContain('forgetMethods');
  expect(tested.output).toContain('the fact subscription.price_announced');
});
