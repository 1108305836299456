import { parse } from 'yaml';
import { commentsIn, titlesIn } from './identifiers.ts';

/** The texts of a contract that people read: descriptions, summaries, and what a channel is about. */
function describedIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) =>
    typeof part === 'string'
      ? ['description', 'summary', 'about', 'title'].includes(name)
        ? [part]
        : []
      : describedIn(part),
  );
}

const withoutBlocks = (page: string): string => page.replaceAll(/^```[\s\S]*?^```$/gm, '');

/** What people read in a file. Code, addresses and names in backticks are not prose. */
export function proseIn(file: string, text: string): string {
  const [ending = ''] = /\.\w+$/.exec(file) ?? [];
  const read: Readonly<Record<string, () => string>> = {
    '.md': () => withoutBlocks(text),
    '.html': () => text.replaceAll(/<[^>]*>/g, ' '),
    '.json': () => describedIn(parse(text)).join('\n'),
    '.yaml': () => describedIn(parse(text, { merge: true })).join('\n'),
  };
  const prose = read[ending]?.() ?? [commentsIn(text), ...titlesIn(text)].join('\n');
  return prose.replaceAll(/`[^`\n]*`|\]\([^)]*\)/g, '');
}
