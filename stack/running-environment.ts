import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFolders, developmentData, type Folders } from './folders.ts';
import { developmentSecrets } from './secrets.ts';

const fileName = 'environment.json';

/** Leaves word of what the services of this data folder run with, for the commands of other terminals. */
export function recordEnvironment(folders: Folders, table: Readonly<Record<string, string>>): void {
  writeFileSync(join(folders.run, fileName), JSON.stringify(table, null, 2), { mode: 0o600 });
}

/**
 * The environment of the services that npm start runs, or last ran, here: addresses, ports and secrets, so that
 * token, tail and tour meet the running system and not the defaults. What the caller's own environment says wins.
 */
export function runningEnvironment(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const folders = createFolders(developmentData(own));
  const path = join(folders.run, fileName);
  const recorded = existsSync(path)
    ? (JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, string>>)
    : developmentSecrets(folders.data, own);
  return { ...recorded, ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== '')) };
}
