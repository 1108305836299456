import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const outside = ['node_modules/**', '.data/**'];
const pages = globSync('**/*.md', { exclude: outside });
const sources = globSync(
  [
    '{src,consumers,jobs,tools,stack,sandbox,test,bench,web}/**/*.{ts,mts,mjs,js,py}',
    '{k8s,schemas}/**/*.yaml',
    '{*.mjs,.*.cjs,*.yml,Dockerfile}',
  ],
  { exclude: ['src/messages/generated/**'] },
);

const withoutCode = (markdown: string): string => markdown.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '');

/** As a code host makes it: lower case, no punctuation but dashes, spaces to dashes. */
const anchorOf = (heading: string): string =>
  `#${heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-')}`;

const anchorsOf = (markdown: string): readonly string[] =>
  [...markdown.matchAll(/^#+ +(.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

/** Targets of `[text](target)` and `src="target"` within the repository. */
const linksOf = (markdown: string): readonly string[] =>
  [...withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)]
    .map(([, link, source]) => link ?? source ?? '')
    .filter((target) => !/^[a-z]+:/.test(target));

function isBroken(page: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : normalize(join(dirname(page), path));
  if (!existsSync(file)) return true;
  if (anchor === undefined || statSync(file).isDirectory()) return false;
  return !anchorsOf(readFileSync(file, 'utf8')).includes(`#${anchor}`);
}

/** The text that may name a page: the comments of a source, and all of a page. */
const commentsOf = (source: string): string =>
  [...source.matchAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|^\s*#[^\n]*|"""[\s\S]*?"""/gm)]
    .map(([comment]) => comment)
    .join('\n');

const pageName = /(?<![\w/.-])(?:\.{1,2}\/)*[\w.-]+(?:\/[\w.-]+)*\.md\b/g;

/** Named from the root, or from the folder of the file. */
const exists = (from: string, name: string): boolean => existsSync(name) || existsSync(join(dirname(from), name));

const missingPages = (from: string, text: string): readonly string[] =>
  [...text.matchAll(pageName)].map(([name]) => name).filter((name) => !exists(from, name));

describe('links between pages', () => {
  test.each(pages)('%s', (page) => {
    const markdown = readFileSync(page, 'utf8');
    expect(linksOf(markdown).filter((target) => isBroken(page, target))).toEqual([]);
  });
});

describe('pages that are named', () => {
  test('in a page exist in the repository', () => {
    const missing = pages.map((page) => [page, missingPages(page, readFileSync(page, 'utf8'))] as const);
    expect(missing.filter(([, names]) => names.length > 0)).toEqual([]);
  });

  test('in a comment exist in the repository', () => {
    const missing = sources.map((file) => [file, missingPages(file, commentsOf(readFileSync(file, 'utf8')))] as const);
    expect(missing.filter(([, names]) => names.length > 0)).toEqual([]);
  });
});

test('a broken link, a missing heading and a page outside the repository are found', () => {
  const markdown = '[a](nowhere.md) [b](docs/running.md#lag) [c](docs/running.md#no-such-heading) `[d](code.md)`';
  expect(linksOf(markdown).filter((target) => isBroken('README.md', target))).toEqual([
    'nowhere.md',
    'docs/running.md#no-such-heading',
  ]);
  // Concatenated, or this file would itself name a missing page.
  const nowhere = ['some-design', 'md'].join('.');
  expect(missingPages('src/x.ts', commentsOf(`/** (${nowhere} section 6) */ const file = "other.md";`))).toEqual([
    nowhere,
  ]);
});
