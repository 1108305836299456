/** The text below a heading, down to the next one of any level. */
function sectionOf(page: string, heading: string): string {
  const [, section] = new RegExp(`^#+ ${heading}\\n([\\s\\S]*?)(?=^#|(?![\\s\\S]))`, 'm').exec(page) ?? [];
  if (section === undefined) throw new Error(`The page has no heading “${heading}”.`);
  return section;
}

const cellsOf = (line: string): readonly string[] =>
  line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());

/** The rows of each table in a text, without head and rule. */
export function tablesIn(text: string): readonly (readonly (readonly string[])[])[] {
  const tables = text.match(/^\|.*(?:\n\|.*)*/gm) ?? [];
  return tables.map((table) => table.split('\n').slice(2).map(cellsOf));
}

/** A table below a heading as rows, the first table by default. */
export function tableUnder(page: string, heading: string, number = 0): readonly (readonly string[])[] {
  const table = tablesIn(sectionOf(page, heading))[number];
  if (table === undefined) throw new Error(`“${heading}” has no table ${number}.`);
  return table;
}

/** The texts in backticks. */
export const quotedIn = (text: string): readonly string[] =>
  [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
