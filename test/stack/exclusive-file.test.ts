import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { claimFile, identityOf, isRunning, ownerOf, releaseFile } from '../../stack/exclusive-file.mjs';

const freshPath = (): string => join(mkdtempSync(join(tmpdir(), 'claim-')), 'owner');

test('a free file is claimed, names its owner while it runs, and can be released', () => {
  const path = freshPath();
  expect(claimFile(path)).toBeUndefined();
  expect(ownerOf(path)?.pid).toBe(process.pid);
  expect(claimFile(path)?.pid).toBe(process.pid);
  releaseFile(path);
  expect(ownerOf(path)).toBeUndefined();
});

test('the file of a process that is gone is taken over, and nothing is left beside it', async () => {
  const path = freshPath();
  const child = spawn(process.execPath, ['--version']);
  await new Promise((resolve) => child.once('exit', resolve));
  writeFileSync(path, JSON.stringify({ pid: child.pid, startedAt: 'boot:1' }));
  expect(claimFile(path)).toBeUndefined();
  expect(readdirSync(join(path, '..'))).toEqual(['owner']);
});

test('a pid that now belongs to another process is not its former owner', () => {
  const path = freshPath();
  writeFileSync(path, JSON.stringify({ pid: process.pid, startedAt: 'boot:1' }));
  expect(ownerOf(path)).toBeUndefined();
  expect(isRunning({ pid: process.pid, startedAt: 'boot:1' })).toBe(false);
  expect(claimFile(path)).toBeUndefined();
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(identityOf(process.pid));
});

test.each(['', 'no json', '{"pid":"1"}', 'null'])('a damaged file (%j) has no owner', (content) => {
  const path = freshPath();
  writeFileSync(path, content);
  expect(ownerOf(path)).toBeUndefined();
  expect(claimFile(path)).toBeUndefined();
});

test('a file of another running process is not released by us', () => {
  const path = freshPath();
  const parent = identityOf(process.ppid);
  writeFileSync(path, JSON.stringify(parent));
  releaseFile(path);
  expect(ownerOf(path)).toEqual(parent);
});
