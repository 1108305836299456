import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { endRecordedProcesses } from '../../stack/end-processes.ts';
import { ownerOf } from '../../stack/exclusive-file.mjs';
import { createFolders, projectRoot } from '../../stack/folders.ts';
import { waitUntil } from '../../stack/wait-until.ts';

const wait = { timeoutMs: 20_000, intervalMs: 20 };
const children: ChildProcess[] = [];
let data = '';

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'supervise-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await endRecordedProcesses(createFolders(data));
  rmSync(data, { recursive: true, force: true });
});

type Started = { readonly child: ChildProcess; readonly output: () => string; readonly code: Promise<number | null> };

function start(environment: NodeJS.ProcessEnv = {}): Started {
  const program = join(projectRoot, 'test/stack/fixtures/fake-system.ts');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, data], {
    env: { ...process.env, NODE_OPTIONS: '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return { child, output: () => output, code: new Promise((resolve) => child.once('close', resolve)) };
}

const diary = (): readonly string[] => readFileSync(join(data, 'diary'), 'utf8').trim().split('\n');
const isUp = (started: Started) => waitUntil(() => started.output().includes('up api='), wait);

test('the migration runs first and the API starts last; a signal ends the API first', async () => {
  const started = start();
  expect(await isUp(started)).toBe(true);
  expect(diary()[0]).toBe('migration ran');
  expect(diary().at(-1)).toBe('api started');
  started.child.kill('SIGINT');
  expect(await started.code).toBe(0);
  expect(diary().slice(-3)).toEqual(['api ended', 'consumers ended', 'jobs ended']);
  expect(existsSync(join(data, 'run/owner'))).toBe(false);
});

test('a work that a signal ends before it was done has not passed, and says what ended it', async () => {
  const started = start({ FAKE_STUBBORN: 'migration' });
  expect(await waitUntil(() => existsSync(join(data, 'diary')), wait)).toBe(true);
  started.child.kill('SIGTERM');
  expect(await started.code).toBe(143);
  expect(started.output()).toContain('Stopped by SIGTERM before the end.');
  expect(diary()).toEqual(['migration ran']);
});

test('a second start over the same data is refused in one sentence, and does not affect the first', async () => {
  const first = start();
  expect(await isUp(first)).toBe(true);
  const second = start();
  expect(await second.code).toBe(1);
  expect(second.output()).toContain(`cinema-billing is running already (process ${String(first.child.pid)}`);
  expect(ownerOf(join(data, 'run/api.json'))).toBeDefined();
});

test('a process that dies is named with the end of its log, and all others are ended', async () => {
  const started = start();
  expect(await isUp(started)).toBe(true);
  const port = /jobs=(\d+)/.exec(started.output())?.[1];
  await fetch(`http://127.0.0.1:${String(port)}/die`).catch(() => undefined);
  expect(await started.code).toBe(1);
  expect(started.output()).toContain('jobs ended with code 7');
  expect(diary().filter((line) => line.endsWith(' ended'))).toEqual(['api ended', 'consumers ended']);
});

test('a service that fails while it starts is reported with its own error, and the others are ended', async () => {
  const started = start({ FAKE_BROKEN: 'consumers' });
  expect(await started.code).toBe(1);
  expect(started.output()).toContain('the cause of the failure');
  expect(started.output()).toContain('consumers ended with code 3');
  expect(diary()).not.toContain('api started');
});

test('a failed migration stops the start and shows why', async () => {
  const started = start({ FAKE_BROKEN: 'migration' });
  expect(await started.code).toBe(1);
  expect(started.output()).toContain('the cause of the failure');
  expect(diary()).toEqual(['migration ran']);
});

test('the next run finds and ends the processes of a killed one', async () => {
  const killed = start();
  expect(await isUp(killed)).toBe(true);
  const orphan = ownerOf(join(data, 'run/api.json'));
  killed.child.kill('SIGKILL');
  await killed.code;
  expect(ownerOf(join(data, 'run/api.json'))).toEqual(orphan);
  const next = start();
  expect(await isUp(next)).toBe(true);
  expect(next.output()).toContain('Ended processes of an earlier run: api, consumers, jobs.');
  expect(ownerOf(join(data, 'run/api.json'))).not.toEqual(orphan);
});

test('a process that ignores the signal is killed after a while', async () => {
  const started = start({ FAKE_STUBBORN: 'jobs' });
  expect(await isUp(started)).toBe(true);
  const jobs = ownerOf(join(data, 'run/jobs.json'));
  started.child.kill('SIGTERM');
  expect(await started.code).toBe(0);
  expect(jobs).toBeDefined();
  expect(ownerOf(join(data, 'run/jobs.json'))).toBeUndefined();
  expect(existsSync(`/proc/${String(jobs?.pid)}`)).toBe(false);
});
