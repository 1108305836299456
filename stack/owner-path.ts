import { join } from 'node:path';
import type { Folders } from './folders.ts';

/** The file that names the process that owns a data folder. */
export function ownerPath(folders: Folders): string {
  return join(folders.run, 'owner');
}
