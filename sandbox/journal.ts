import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** One change: table, id, and the new value, or null when the entry was deleted. */
export type Change = readonly [table: string, id: string, value: unknown];

/**
 * The file that outlives the process: one JSON line per transaction. A torn last line loses a whole transaction, whose
 * answer was never sent, and never half of one. A line is written to the kernel before the answer is sent, which survives
 * kill -9; a power loss may lose it.
 */
export type Journal = {
  append(changes: readonly Change[]): void;
  rewrite(changes: Iterable<Change>): void;
  sizeBytes(): number;
  close(): void;
};

function writeAll(file: number, text: string): number {
  const bytes = Buffer.from(text);
  let written = 0;
  while (written < bytes.length) written += writeSync(file, bytes, written);
  return bytes.length;
}

const readLines = function* (bytes: Buffer): Generator<{ line: string; endsAt: number }> {
  let start = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    yield { line: bytes.toString('utf8', start, end), endsAt: end + 1 };
    start = end + 1;
  }
};

function replay(bytes: Buffer, apply: (change: Change) => void): number {
  let goodBytes = 0;
  for (const { line, endsAt } of readLines(bytes)) {
    for (const change of JSON.parse(line) as Change[]) apply(change);
    goodBytes = endsAt;
  }
  return goodBytes;
}

/** Stores nothing: for a sandbox that ends with its process. */
export const memoryJournal: Journal = {
  append: () => undefined,
  rewrite: () => undefined,
  sizeBytes: () => 0,
  close: () => undefined,
};

/** Opens the journal, passes every stored change to `apply`, and truncates a line that a kill has torn. */
export function openJournal(directory: string, apply: (change: Change) => void): Journal {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, 'journal.jsonl');
  let file = openSync(path, 'a+');
  let sizeBytes = replay(readFileSync(path), apply);
  ftruncateSync(file, sizeBytes);
  return {
    append: (changes) => {
      sizeBytes += writeAll(file, `${JSON.stringify(changes)}\n`);
    },
    rewrite: (changes) => {
      const temporary = openSync(`${path}.new`, 'w');
      let newSizeBytes = 0;
      for (const change of changes) newSizeBytes += writeAll(temporary, `${JSON.stringify([change])}\n`);
      fsyncSync(temporary);
      closeSync(temporary);
      renameSync(`${path}.new`, path);
      closeSync(file);
      file = openSync(path, 'a');
      sizeBytes = newSizeBytes;
    },
    sizeBytes: () => sizeBytes,
    close: () => closeSync(file),
  };
}
