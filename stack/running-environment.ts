import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { settings } from '../src/config.ts';
import { createFolders, developmentData, type Folders } from './folders.ts';
import { developmentSecrets } from './secrets.ts';

/** A file for `node --env-file`: a process started by hand then has the settings of the running system. */
const fileName = 'environment.env';

/**
 * Saves the settings with which this data folder's services run, for the commands of other terminals. A setting that only the
 * user's shell had is among them: a second consumer in another time zone would compute other periods.
 */
export function recordEnvironment(
  folders: Folders,
  table: Readonly<Record<string, string>>,
  running: NodeJS.ProcessEnv,
): void {
  const names = new Set([...Object.keys(table), ...Object.keys(settings)]);
  const recorded = Object.entries(running).filter(([name]) => names.has(name));
  const lines = recorded.map(([name, value]) => `${name}='${value ?? ''}'\n`);
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
