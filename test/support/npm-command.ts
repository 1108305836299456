import { subcommands } from '../../src/composition/admin/subcommands.ts';
import type { Command } from '../../src/composition/command-line/command.ts';
import { parseCommandLine } from '../../src/composition/command-line/parse-command-line.ts';
import { commands } from '../../tools/command-line/commands.ts';

/** What a capital word of a page, or a variable of its shell, may stand for. Any other one is an id. */
const meanings: Readonly<Record<string, string>> = { TEXT: 'tried', DATE: '2026-11-20', KOPECKS: '100' };
const anId = '9f0c1d52-7a3b-4c57-8a2e-0d3a5b6c7d8e';
const isWord = /^(\$?[A-Z]{2,}|\$[A-Z_]+)$/;

const known: Readonly<Record<string, Command>> = commands;
const npmItself: readonly string[] = ['ci', 'install', 'pack', 'audit', 'view'];

/** The command behind variables, within `$(…)` and before a redirection; what stands in brackets may be left out. */
const shape = /(?:^|[ (])npm (?:run )?(?:-s )?([a-z]+)(?: --)?((?: [^>&|)]+)?)/;

/** Why the program would refuse a command of a page; null where it can be typed as it stands. */
export function refusalOf(documented: string): string | null {
  const [, name = '', rest = ''] = shape.exec(documented.replaceAll(/[[\]]/g, '')) ?? [];
  if (npmItself.includes(name)) return null;
  const given = [...rest.matchAll(/"[^"]*"|\S+/g)].map(([word]) => word.replaceAll('"', ''));
  const words = given
    .filter((word) => word !== '--')
    .map((word) => (isWord.test(word) ? (meanings[word] ?? anId) : word));
  const command = known[name];
  if (command === undefined) return `There is no command ${name}`;
  const [sub = ''] = words;
  if (name !== 'admin') return refusedBy(command, words);
  if (!Object.hasOwn(subcommands, sub)) return `There is no "${sub}"`;
  return refusedBy(subcommands[sub]?.command ?? command, words.slice(1));
}

function refusedBy(command: Command, words: readonly string[]): string | null {
  const parsed = parseCommandLine(command, words);
  return parsed.kind === 'refused' ? parsed.sentence : null;
}
