import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const projectRoot = resolve(import.meta.dirname, '../../..');
export const textOf = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');

/** The names that CONSUMERS may hold, as the declarations give them. */
export const declaredConsumers = (): readonly string[] =>
  readdirSync(join(projectRoot, 'consumers'))
    .filter((file) => file !== 'main.ts')
    .flatMap((file) => /^ {2}name: '([^']+)'/m.exec(textOf(`consumers/${file}`))?.[1] ?? [])
    .sort();
