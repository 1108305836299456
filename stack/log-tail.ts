import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Enough for the last lines of any log, without reading a log of gigabytes. */
const tailBytes = 64 * 1024;

export function logTail(path: string, lines: number): readonly string[] {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.min(size, tailBytes));
    readSync(file, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8').trimEnd().split('\n').slice(-lines);
  } finally {
    closeSync(file);
  }
}
