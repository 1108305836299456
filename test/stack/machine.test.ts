import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { refuseFullDisk, refuseMissingLibraries } from '../../stack/machine.ts';
import { findPython } from '../../stack/python.ts';

/** A machine that has only these programs. */
function machineWith(programs: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const folder = mkdtempSync(join(tmpdir(), 'machine-'));
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return { PATH: folder };
}

test('too little disk space is reported with the folder and the needed size', () => {
  expect(() => refuseFullDisk('/', Number.MAX_SAFE_INTEGER)).toThrow(/^The disk is full: \d+ MiB are free in \/ and/);
  expect(() => refuseFullDisk('/', 0)).not.toThrow();
});

test('a missing library is named with the package that brings it', () => {
  const machine = machineWith({ ldd: 'echo "	libcurl.so.4 => not found"; echo "	libc.so.6 => /lib/libc.so.6 (0x1)"' });
  expect(() => refuseMissingLibraries('mongod', machine)).toThrow(
    /install libcurl\.so\.4 \(.*apt-get install libcurl4\)/,
  );
});

test('a C library that is too old is reported as such', () => {
  const machine = machineWith({ ldd: `echo "mongod: /lib/libc.so.6: version \\\`GLIBC_2.34' not found" >&2` });
  expect(() => refuseMissingLibraries('mongod', machine)).toThrow('glibc 2.34 or newer');
});

test('a machine with everything, or without the tool for the check, is not refused', () => {
  const machine = machineWith({ ldd: 'echo "	libc.so.6 => /lib/libc.so.6 (0x1)"' });
  expect(() => refuseMissingLibraries('mongod', machine)).not.toThrow();
  expect(() => refuseMissingLibraries('mongod', machineWith({}))).not.toThrow();
});

test('no Python, an old Python and a Python without pip are three different sentences', () => {
  expect(() => findPython(machineWith({}))).toThrow(/none was found.*docker compose up/);
  expect(() => findPython(machineWith({ python3: 'case "$2" in *version_info*) exit 1;; esac' }))).toThrow(
    'only an older one is there (python3)',
  );
  expect(() => findPython(machineWith({ python3: 'case "$2" in pip) exit 1;; esac' }))).toThrow(
    'pip is missing for python3',
  );
});

test('the first usable Python is taken', () => {
  expect(
    findPython(machineWith({ python3: 'case "$2" in *version_info*) exit 1;; esac', 'python3.12': 'exit 0' })),
  ).toBe('python3.12');
});
