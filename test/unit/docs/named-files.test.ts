import { existsSync, globSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { topicNames } from '../../../src/messages/topics.ts';
import { newFilesIn } from '../../recipes/recipe.ts';
import { quotedIn, tableUnder } from '../../support/markdown-tables.ts';

const pages = ['docs/architecture.md', 'docs/domain.md', 'CONTRIBUTING.md'];
const rooms = readdirSync('.', { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

/** The texts in backticks that begin with a folder of the repository; `<vendor>` stands for any name. */
const filesNamedIn = (page: string): readonly string[] =>
  quotedIn(page.replaceAll(/^```[\s\S]*?^```$/gm, '')).filter(
    (name) => /^[\w.-]+\/\S*$/.test(name) && rooms.includes(name.split('/')[0] ?? ''),
  );

const isThere = (name: string): boolean => existsSync(name) || globSync(name.replaceAll(/<\w+>/g, '*')).length > 0;

describe('the files that a page names exist', () => {
  test.each(pages)('%s', (page) => {
    const text = readFileSync(page, 'utf8');
    const named = filesNamedIn(text);
    const written = newFilesIn(text);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !isThere(name) && !written.includes(name))).toEqual([]);
  });
});

test('a file that does not exist is found', () => {
  const named = filesNamedIn('`src/nowhere.ts`, `src/config.ts`, `application/json`, `npm test`');
  expect(named.filter((name) => !isThere(name))).toEqual(['src/nowhere.ts']);
});

describe('the architecture page', () => {
  const page = readFileSync('docs/architecture.md', 'utf8');

  test('names every topic, and no other', () => {
    const named = tableUnder(page, 'Topics').flatMap(([topic = '']) => quotedIn(topic));
    expect(named).toEqual(Object.values(topicNames));
  });

  test('stays short enough to be read', () => {
    expect(page.split('\n').length).toBeLessThanOrEqual(250);
  });
});
