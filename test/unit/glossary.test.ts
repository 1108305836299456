import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { commentsIn, identifiersIn } from '../support/identifiers.ts';
import { quotedIn, tableUnder } from '../support/markdown-tables.ts';
import { proseIn } from '../support/prose.ts';

/** Rooms whose names the test checks. */
const namedRooms = ['src', 'consumers', 'jobs', 'tools', 'stack'];
/** Rooms whose text the test checks: pages, comments of sources, titles of tests, and descriptions of the contract. */
const writtenRooms = [
  ...['README.md', 'CONTRIBUTING.md', 'docs/**/*.md', 'web/*.{html,js}', 'web/account/*.js', 'web/texts/*.js'],
  ...['schemas/*.yaml', 'schemas/*/*.json'],
  ...['src/domain/**/*.ts', 'src/application/**/*.ts', 'consumers/*.ts', 'jobs/*.ts'],
  'src/adapters/{http,kafka}/**/*.ts',
  ...['src/messages/*.ts', 'src/composition/**/*.ts', 'src/*.ts'],
  'src/adapters/{mongo,yookassa,agenda,logging,sentry,metrics,system}/**/*.ts',
  '{test,sandbox,stack,tools,bench}/**/*.{md,ts,mjs}',
];

const heading = 'Say this, not that';
const glossary = readFileSync('docs/domain.md', 'utf8');

const bans = tableUnder(glossary, heading);
const banned = (column: 1 | 2): ReadonlySet<string> => new Set(bans.flatMap((cells) => quotedIn(cells[column] ?? '')));
const bannedNames = banned(1);
const bannedWords = banned(2);

type Exception = { readonly name: string; readonly room: string };
const exceptions: readonly Exception[] = tableUnder(glossary, heading, 1).map(([name = '', room = '']) => ({
  name: quotedIn(name)[0] ?? '',
  room: quotedIn(room)[0] ?? '',
}));

/** `acceptHTTPCommand` → `accept http command`. */
const spelledOut = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replaceAll(/[_$]+/g, ' ')
    .trim()
    .toLowerCase();

/** An exception within a name, also in the plural. */
const allowed = ({ name }: Exception): RegExp => new RegExp(`(?<= )${spelledOut(name)}s?(?= )`, 'g');
const without = (words: string, exception: Exception): string => ` ${words} `.replaceAll(allowed(exception), '').trim();

const holdFor = (file: string) => exceptions.filter(({ room }) => file.startsWith(room));

function isBannedName(file: string, name: string): boolean {
  const words = holdFor(file).reduce(without, spelledOut(name));
  return words.split(/\s+/).some((word) => bannedNames.has(word));
}

const sources = globSync(`{${namedRooms.join(',')}}/**/*.{ts,mts,mjs}`, { exclude: ['src/messages/generated/**'] });
const names = sources.flatMap((file) =>
  [...identifiersIn(readFileSync(file, 'utf8'))].map((name) => [file, name] as const),
);

const hasWord = (text: string, word: string): boolean => new RegExp(`(?<!\\p{L})${word}(?!\\p{L})`, 'iu').test(text);

/** The text of a file without the list of banned words itself. */
const textOf = (file: string): string =>
  proseIn(file, readFileSync(file, 'utf8').replace(new RegExp(`^## ${heading}\\n[\\s\\S]*?(?=^## )`, 'm'), ''));

describe('the words of docs/domain.md', () => {
  test('are kept by every name in the code', () => {
    expect(names.filter(([file, name]) => isBannedName(file, name))).toEqual([]);
  });

  test.each(globSync(writtenRooms))('are kept by the text of %s', (file) => {
    const text = textOf(file);
    expect([...bannedWords].filter((word) => hasWord(text, word))).toEqual([]);
  });

  test('have no exception that nothing needs', () => {
    const needs = (exception: Exception): boolean =>
      names.some(
        ([file, name]) => file.startsWith(exception.room) && ` ${spelledOut(name)} `.search(allowed(exception)) >= 0,
      );
    expect(exceptions.filter((exception) => !needs(exception))).toEqual([]);
  });
});

describe('a word that is ruled out is found', () => {
  test('in any part of a name, and nowhere else', () => {
    expect(isBannedName('src/x.ts', 'writeLedger')).toBe(true);
    expect(isBannedName('src/x.ts', 'LEDGER_MAX')).toBe(true);
    expect(isBannedName('src/x.ts', 'orderly')).toBe(false);
    expect(isBannedName('src/x.ts', 'lookUpSchema')).toBe(false);
    expect(isBannedName('src/x.ts', 'lookUps')).toBe(false);
    expect(isBannedName('src/x.ts', 'lookUpAndLook')).toBe(true);
  });

  test('in prose, but not in code', () => {
    expect(hasWord(proseIn('a.md', 'Written to the _ledger_ at once.'), 'ledger')).toBe(true);
    expect(hasWord(proseIn('a.md', 'Stored as `ledger` ([page](ledger.md)).'), 'ledger')).toBe(false);
    expect(hasWord(proseIn('a.md', 'the heart of it'), 'he')).toBe(false);
  });

  test('in the descriptions of a schema, but not in its fields', () => {
    const schema = 'properties: { ledger: { description: The `house` of a payment. } }';
    expect(proseIn('a.yaml', schema).trim()).toBe('The  of a payment.');
  });

  test('in a page of the website, but not in its markup', () => {
    expect(proseIn('a.html', '<p class="house">The <b>ledger</b></p>').replaceAll(/\s+/g, ' ').trim()).toBe(
      'The ledger',
    );
  });

  test('in the titles of tests', () => {
    const source = "describe('a ledger', () => { test.each([1])(`of the ${house}`, () => f('door')); });";
    expect(proseIn('a.test.ts', source).split('\n').filter(Boolean)).toEqual(['a ledger', 'of the ${house}']);
  });

  test('in comments, but not in strings and templates', () => {
    const source = "/** The ledger. */ const a = 'house'; const b = `http://door`; // the ruling\nf(/'/); /* end */ }";
    expect(commentsIn(source).split('\n')).toEqual(['/** The ledger. */', '// the ruling', '/* end */']);
    expect([...identifiersIn(source)]).toEqual(['a', 'b', 'f']);
  });
});
