import { randomId } from '../../adapters/system/ids.ts';
import type { Command } from '../command-line/command.ts';

/** Whatever changes something has a key, so that the same words give the same act again. */
export function withKey({ options }: Command, words: readonly string[]): readonly string[] {
  const isGiven = words.some((word) => word === '--key' || word.startsWith('--key='));
  return isGiven || !Object.hasOwn(options, 'key') ? words : ['--key', randomId(), ...words];
}

const isPlain = /^[\w:./=-]+$/;
const quoted = (word: string): string => (isPlain.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`);

/** The line for a shell. */
export const lineOf = ({ usage }: Command, words: readonly string[]): string => [usage, ...words.map(quoted)].join(' ');
