import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian keeps the programs of administrators out of the PATH of others. */
export const searchPath = (environment: NodeJS.ProcessEnv): string =>
  [environment['PATH'], '/usr/sbin', '/sbin'].join(delimiter);

export function hasProgram(name: string, environment: NodeJS.ProcessEnv): boolean {
  return searchPath(environment)
    .split(delimiter)
    .some((folder) => isExecutable(join(folder, name)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
