import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ensureDownloads } from '../../stack/downloads.ts';

/** A machine whose only Python records its calls and writes one file into the target folder. */
function machine(fill: string) {
  const home = mkdtempSync(join(tmpdir(), 'downloads-'));
  mkdirSync(join(home, 'bin'));
  const script = [
    '#!/bin/sh',
    'case "$1 $2" in "-c "* | *"-m pip"*) [ "$3" = install ] || exit 0 ;; esac',
    `echo "$*" >> ${join(home, 'calls')}`,
    'while [ $# -gt 1 ]; do [ "$1" = --target ] && folder=$2; shift; done',
    'folder="${folder:-$1}"',
    fill,
  ];
  writeFileSync(join(home, 'bin/python3'), `${script.join('\n')}\n`);
  chmodSync(join(home, 'bin/python3'), 0o755);
  const said: string[] = [];
  const task = {
    environment: { PATH: `${join(home, 'bin')}:/usr/bin:/bin`, XDG_CACHE_HOME: home },
    signal: AbortSignal.timeout(10_000),
    say: (line: string) => said.push(line),
  };
  const calls = () =>
    existsSync(join(home, 'calls')) ? readFileSync(join(home, 'calls'), 'utf8').trim().split('\n') : [];
  return { task, said, calls, cache: join(home, 'cinema-billing') };
}

test('everything is fetched once, with messages, and found again silently', async () => {
  const { task, said, calls, cache } = machine('echo x > "$folder/some.jar"');
  const downloads = await ensureDownloads(task);
  expect(downloads.kafkaJars).toEqual([expect.stringMatching(/kafka-[0-9a-f]{12}\/some\.jar$/)]);
  expect(said).toHaveLength(3);
  expect(calls()[0]).toContain('--require-hashes');
  await ensureDownloads(task);
  expect(calls()).toHaveLength(3);
  expect(said).toHaveLength(3);
  expect(readdirSync(cache).filter((name) => !/^(python|kafka|registry)-[0-9a-f]{12}$/.test(name))).toEqual([]);
});

test('a failed download leaves no folder that a later start would take for complete', async () => {
  const { task, cache } = machine('echo "connection reset" >&2; exit 1');
  await expect(ensureDownloads(task)).rejects.toThrow('A download failed; what is already there is kept.');
  expect(readdirSync(cache).filter((name) => !name.endsWith('.part'))).toEqual([]);
});

test('a disk that fills up during a download is reported as such', async () => {
  const { task } = machine('echo "OSError: [Errno 28] No space left on device" >&2; exit 1');
  await expect(ensureDownloads(task)).rejects.toThrow(/^The disk is full: free 1200 MiB/);
});

test('two starts at once download once', async () => {
  const { task, calls } = machine('echo x > "$folder/some.jar"');
  await Promise.all([ensureDownloads(task), ensureDownloads({ ...task })]);
  expect(calls()).toHaveLength(3);
});
