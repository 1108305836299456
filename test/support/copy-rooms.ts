import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Copies some folders and files of the project, to be changed. The copy uses the packages of the project. */
export function copyRooms(root: string, copy: string, rooms: readonly string[]): void {
  for (const room of [...rooms, 'package.json']) cpSync(join(root, room), join(copy, room), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'dir');
}
