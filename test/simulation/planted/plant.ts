import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyRooms } from '../../support/copy-rooms.ts';
import type { PlantedBug } from './planted-bug.ts';

/** What the simulation runs on; everything else of the project may stay where it is. */
const rooms = [
  'src',
  'consumers',
  'jobs',
  'sandbox',
  ...['simulation', 'fakes', 'support'].map((room) => join('test', room)),
];

/** Copies the project, for bugs to be planted in the copy. */
export const copyProject = (root: string, copy: string): void => copyRooms(root, copy, rooms);

/** Plants the bug in the copy and returns a function that removes it. Throws if the change no longer fits its file. */
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
