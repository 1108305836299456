import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export const projectRoot = resolve(import.meta.dirname, '..');

/** Where one running system keeps everything. A test run has folders of its own and can run beside development. */
export type Folders = {
  readonly data: string;
  readonly logs: string;
  /** One file per process, with its pid and start time. */
  readonly run: string;
};

/** BILLING_DATA_DIR moves the development data out of the clone. */
export function developmentData(environment: NodeJS.ProcessEnv): string {
  return resolve(projectRoot, environment['BILLING_DATA_DIR'] ?? '.data');
}

export function createFolders(data: string): Folders {
  const folders = { data, logs: join(data, 'logs'), run: join(data, 'run') };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
  return folders;
}

/** The same run with a state of its own: servers with users cannot use what servers without them wrote. */
export function createSecureFolders(folders: Folders): Folders {
  const data = join(folders.data, 'secure');
  mkdirSync(data, { recursive: true });
  return { ...folders, data };
}

/** All clones of a user share the downloads, and the downloads outlive each clone. */
export function cacheFolder(environment: NodeJS.ProcessEnv): string {
  const base = environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(base, 'cinema-billing');
}
