import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlantedBug } from './planted-bugs.ts';

/** What the simulation runs on; everything else of the project may stay where it is. */
const rooms = ['src', 'consumers', 'jobs', ...['simulation', 'fakes', 'support'].map((room) => join('test', room))];

/** A copy of the house for bugs to be planted in; its packages are those of the project. */
export function copyHouse(root: string, copy: string): void {
  for (const room of rooms) cpSync(join(root, room), join(copy, room), { recursive: true });
  mkdirSync(copy, { recursive: true });
  cpSync(join(root, 'package.json'), join(copy, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'dir');
}

/** Plants the bug in the copy and returns the way back. A change that no longer fits its file says so. */
export function plant(copy: string, bug: PlantedBug): () => void {
  const path = join(copy, bug.file);
  const sound = readFileSync(path, 'utf8');
  const places = sound.split(bug.text).length - 1;
  if (places !== 1) {
    throw new Error(
      `"${bug.name}" no longer applies: its text is ${places} times in ${bug.file}. Adapt planted-bugs.ts.`,
    );
  }
  writeFileSync(
    path,
    sound.replace(bug.text, () => bug.instead),
  );
  return () => writeFileSync(path, sound);
}
