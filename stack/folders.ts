import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export const projectRoot = resolve(import.meta.dirname, '..');

/** Where one running system keeps everything: a test has its own, so that it can run beside the development one. */
export type Folders = {
  readonly data: string;
  readonly logs: string;
  /** One file per process, with its pid and start time. */
  readonly run: string;
};

/** BILLING_DATA_DIR moves the state of development out of the clone. */
export function developmentData(environment: NodeJS.ProcessEnv): string {
  return resolve(projectRoot, environment['BILLING_DATA_DIR'] ?? '.data');
}

export function createFolders(data: string): Folders {
  const folders = { data, logs: join(data, 'logs'), run: join(data, 'run') };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
  return folders;
}

/** Downloads outlive the clone and are shared by all clones of a user. */
export function cacheFolder(environment: NodeJS.ProcessEnv): string {
  const base = environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(base, 'cinema-billing');
}
