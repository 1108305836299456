import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { createFolders, developmentData, type Folders } from './folders.ts';
import { developmentSecrets } from './secrets.ts';

/** A file for `node --env-file`: a process started by hand then has the settings of the running system. */
const fileName = 'environment.env';

/** Saves the settings of this data folder's services for the commands of other terminals. */
export function recordEnvironment(folders: Folders, table: Readonly<Record<string, string>>): void {
  const lines = Object.entries(table).map(([name, value]) => `${name}='${value}'\n`);
  writeFileSync(join(folders.run, fileName), lines.join(''), { mode: 0o600 });
}

/**
 * The addresses, ports and secrets of the services that npm start runs, or last ran, in this data folder. With them token,
 * tail and tour use the running system rather than the defaults. A value of the caller's own environment comes first.
 */
export function runningEnvironment(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const folders = createFolders(developmentData(own));
  const path = join(folders.run, fileName);
  const recorded = existsSync(path) ? parseEnv(readFileSync(path, 'utf8')) : developmentSecrets(folders.data, own);
  return { ...recorded, ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== '')) };
}
