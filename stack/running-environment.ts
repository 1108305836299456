import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { createFolders, developmentData, type Folders } from './folders.ts';
import { developmentSecrets } from './secrets.ts';

/** `node --env-file` reads it: a process by hand then runs with what the running system runs with. */
const fileName = 'environment.env';

/** Leaves word of what the services of this data folder run with, for the commands of other terminals. */
export function recordEnvironment(folders: Folders, table: Readonly<Record<string, string>>): void {
  const lines = Object.entries(table).map(([name, value]) => `${name}='${value}'\n`);
  writeFileSync(join(folders.run, fileName), lines.join(''), { mode: 0o600 });
}

/**
 * The environment of the services that npm start runs, or last ran, here: addresses, ports and secrets, so that
 * token, tail and tour meet the running system and not the defaults. What the caller's own environment says wins.
 */
export function runningEnvironment(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const folders = createFolders(developmentData(own));
  const path = join(folders.run, fileName);
  const recorded = existsSync(path) ? parseEnv(readFileSync(path, 'utf8')) : developmentSecrets(folders.data, own);
  return { ...recorded, ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== '')) };
}
