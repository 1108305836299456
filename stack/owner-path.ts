import { join } from 'node:path';
import type { Folders } from './folders.ts';

/** The file that says which process rules a data folder. */
export function ownerPath(folders: Folders): string {
  return join(folders.run, 'owner');
}
