import { spawnSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { StackFailure } from './stack-failure.ts';

const mebibyte = 1024 * 1024;
const containers = 'or use `docker compose up`, which needs none of this';

/** Which package brings a library that minimal systems lack; names as on Debian and Ubuntu. */
const packageOf: Readonly<Record<string, string>> = {
  'libcurl.so.4': 'libcurl4',
  'libssl.so.3': 'libssl3',
  'libcrypto.so.3': 'libssl3',
  'liblzma.so.5': 'liblzma5',
};

export function refuseFullDisk(folder: string, neededMib: number): void {
  const { bavail, bsize } = statfsSync(folder);
  const freeMib = Math.floor((bavail * bsize) / mebibyte);
  if (freeMib >= neededMib) return;
  throw new StackFailure(
    `The disk is full: ${freeMib} MiB are free in ${folder} and ${neededMib} MiB are needed; free some and start again.`,
  );
}

/** The packages are built against glibc: musl systems (Alpine) load none of them. */
export function refuseMuslLibrary(): void {
  const asked = spawnSync('getconf', ['GNU_LIBC_VERSION'], { encoding: 'utf8' });
  if (asked.error === undefined && asked.status !== 0)
    throw new StackFailure(
      'The embedded servers need glibc 2.34 or newer, and this system has none: use `docker compose up`.',
    );
}

/** mongod reports a missing library only through the loader's message, so ldd is asked before the start. */
export function refuseMissingLibraries(binary: string, environment: NodeJS.ProcessEnv = process.env): void {
  const asked = spawnSync('ldd', [binary], { env: environment, encoding: 'utf8' });
  if (asked.error !== undefined) return;
  const output = `${asked.stdout}\n${asked.stderr}`;
  if (/version `GLIBC_[\d.]+' not found/.test(output))
    throw new StackFailure(`mongod needs glibc 2.34 or newer, and this system's is older: update it, ${containers}.`);
  const missing = [...output.matchAll(/^\s*(\S+) => not found/gm)].map(([, library]) => library ?? '');
  if (missing.length === 0) return;
  const named = missing.map((library) => {
    const home = packageOf[library];
    return home === undefined ? library : `${library} (Debian and Ubuntu: apt-get install ${home})`;
  });
  throw new StackFailure(
    `mongod needs shared libraries that this system lacks: install ${named.join(', ')}, ${containers}.`,
  );
}
