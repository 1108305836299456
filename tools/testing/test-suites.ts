import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `processor`: nothing but time of the processor, so it runs beside the other suites, which often wait, and yields to them.
 * `system-last`: the shared system, after every other suite, because it leaves records that ordinary clients cannot read.
 * `own`: a system of its own, beside whatever runs.
 */
export type Needs = 'processor' | 'nothing' | 'stack' | 'system' | 'system-last' | 'own';
export type Suite = { readonly folder: string; readonly needs: Needs };

/** What a folder of test/ needs; a folder that is missing here needs nothing. */
const needsOf: Readonly<Record<string, Needs>> = {
  simulation: 'processor',
  recipes: 'processor',
  integration: 'stack',
  flow: 'system',
  browser: 'system',
  tour: 'system',
  poison: 'system-last',
  chaos: 'own',
  secure: 'own',
};
const leastNeedFirst: readonly Needs[] = ['processor', 'nothing', 'stack', 'system', 'system-last', 'own'];

/** The folders of tests, least needs first: a broken rule is reported before Kafka has started. */
export function findSuites(testFolder: string, wanted: readonly string[]): readonly Suite[] {
  const folders = readdirSync(testFolder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders
    .map(({ name }) => ({ folder: name, needs: needsOf[name] ?? 'nothing' }))
    .filter(({ folder }) => holdsTests(join(testFolder, folder)))
    .filter(({ folder }) => wanted.length === 0 || wanted.some((pattern) => `${pattern}/`.includes(`test/${folder}/`)))
    .sort((one, other) => leastNeedFirst.indexOf(one.needs) - leastNeedFirst.indexOf(other.needs));
}

function holdsTests(folder: string): boolean {
  return (
    existsSync(folder) && readdirSync(folder, { recursive: true }).some((name) => String(name).endsWith('.test.ts'))
  );
}
