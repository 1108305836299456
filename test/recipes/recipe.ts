import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A file that is written by hand: a new one, or lines added to an existing one. */
export type Step = { readonly path: string; readonly language: string; readonly text: string };

/** The steps of a section of CONTRIBUTING.md: each heading that names a file, with the code below it. */
export function stepsOf(page: string, title: string): readonly Step[] {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${title}\n`));
  if (section === undefined) throw new Error(`CONTRIBUTING.md has no section "${title}"`);
  return stepsIn(section);
}

/** The new files of a page's recipes, which do not exist in the project. */
export const newFilesIn = (page: string): readonly string[] =>
  stepsIn(page).flatMap(({ path, language }) => (language === 'diff' ? [] : [path]));

function stepsIn(section: string): readonly Step[] {
  return [...section.matchAll(/^### [^`\n]*`([^`\n]+)`$([\s\S]*?)^```(\w+)\n([\s\S]*?)^```$/gm)].map(
    ([, path = '', , language = '', text = '']) => ({ path, language, text }),
  );
}

/** The lines of a hunk that have one of the signs: those before the change, or those after it. */
const linesOf = (hunk: string, signs: string): string =>
  hunk
    .split(/(?<=\n)/)
    .filter((line) => signs.includes(line.charAt(0)))
    .map((line) => line.slice(1))
    .join('');

function patched(text: string, hunk: string, path: string): string {
  const before = linesOf(hunk, ' ');
  const places = text.split(before).length - 1;
  if (places !== 1) throw new Error(`CONTRIBUTING.md: ${JSON.stringify(before)} is ${places} times in ${path}`);
  return text.replace(before, () => linesOf(hunk, ' +'));
}

/** Follows one step of the page in a copy of the project. */
export function follow(copy: string, { path, language, text }: Step): void {
  const file = join(copy, path);
  mkdirSync(dirname(file), { recursive: true });
  if (language !== 'diff') writeFileSync(file, text, { flag: 'wx' });
  else
    writeFileSync(
      file,
      text.split(/^@@.*\n/m).reduce((done, hunk) => patched(done, hunk, path), readFileSync(file, 'utf8')),
    );
}
