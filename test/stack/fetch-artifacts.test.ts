import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import { projectRoot } from '../../stack/folders.ts';

/** A small fake of the client: it copies from the folder `remote`, and takes a cached file for complete. */
const client = `
import os, shutil
from pathlib import Path

class PythonResolver:
    def __init__(self, progress_callback): pass

class Artifact:
    def __init__(self, cache, name): self.cached_path, self.name = cache / name, name
    def resolve(self):
        if not self.cached_path.exists():
            self.cached_path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(Path(os.environ['REMOTE']) / self.name, self.cached_path)
        return self.cached_path

class MavenContext:
    def __init__(self, resolver, repo_cache, timeout): self.cache = repo_cache
    def project(self, group, artifact): self.artifact_name = artifact; return self
    def at_version(self, version):
        context, name = self, f'{self.artifact_name}-{version}'
        class Component:
            def artifact(self, classifier, packaging):
                return Artifact(context.cache, name + (f'-{classifier}' if classifier else '') + f'.{packaging}')
        return Component()
`;

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'artifacts-'));
  for (const folder of ['jgo', 'remote', 'out']) mkdirSync(join(home, folder));
  writeFileSync(join(home, 'jgo/__init__.py'), '');
  writeFileSync(join(home, 'jgo/maven.py'), client);
});

const sha256 = (content: Buffer | string): string => createHash('sha256').update(content).digest('hex');

function fetchList(...lines: string[]) {
  writeFileSync(join(home, 'list'), `# a comment\n${lines.join('\n')}\n`);
  const script = join(projectRoot, 'stack/packages/fetch-artifacts.py');
  return spawnSync('python3', [script, join(home, 'list'), join(home, 'out')], {
    env: { ...process.env, PYTHONPATH: home, REMOTE: join(home, 'remote'), PYTHONDONTWRITEBYTECODE: '1' },
    encoding: 'utf8',
  });
}

test('archives with the right checksum are put into one folder, without other files', () => {
  writeFileSync(join(home, 'remote/a-1.jar'), 'first');
  writeFileSync(join(home, 'remote/b-2.jar'), 'second');
  const { status, stdout } = fetchList(`g:a:1 ${sha256('first')}`, `g:b:2 ${sha256('second')}`);
  expect(status).toBe(0);
  expect(stdout).toContain('2 of 2 files');
  expect(readdirSync(join(home, 'out')).sort()).toEqual(['a-1.jar', 'b-2.jar']);
});

test('an archive with another checksum is refused by name', () => {
  writeFileSync(join(home, 'remote/a-1.jar'), 'tampered');
  const { status, stderr } = fetchList(`g:a:1 ${sha256('first')}`);
  expect(status).toBe(1);
  expect(stderr).toBe('RuntimeError: a-1.jar does not have the checksum of the list\n');
  expect(existsSync(join(home, 'out/a-1.jar'))).toBe(false);
});

test('part of a file from an interrupted run is deleted and fetched again', () => {
  writeFileSync(join(home, 'remote/a-1.jar'), 'first');
  mkdirSync(join(home, 'out/.scratch'));
  writeFileSync(join(home, 'out/.scratch/a-1.jar'), 'fir');
  expect(fetchList(`g:a:1 ${sha256('first')}`).status).toBe(0);
  expect(readFileSync(join(home, 'out/a-1.jar'), 'utf8')).toBe('first');
});

test('a packed archive is unpacked in its place', () => {
  writeFileSync(join(home, 'inner.txt'), 'inside');
  spawnSync('tar', ['-czf', join(home, 'remote/r-3-all.tar.gz'), '-C', home, 'inner.txt']);
  const packed = readFileSync(join(home, 'remote/r-3-all.tar.gz'));
  expect(fetchList(`g:r:3:all:tar.gz ${sha256(packed)}`).status).toBe(0);
  expect(readdirSync(join(home, 'out'))).toEqual(['inner.txt']);
});
