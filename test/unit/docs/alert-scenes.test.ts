import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { fillIn, pageText } from '../../alerts/run-command.ts';
import { projectRoot } from '../../../stack/folders.ts';
import { commandsIn } from '../../support/documented-commands.ts';

const folder = join(projectRoot, 'test/alerts');
const scenes = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
const obeyed = scenes.flatMap((scene) =>
  [...scene.matchAll(/obeyPage\(\s*stage,\s*'([^']+)',\s*'([^']+)'/g)].map(([, page = '', beginning = '']) => ({
    page,
    beginning,
  })),
);

test('the scenes of the alerts obey pages', () => expect(obeyed.length).toBeGreaterThan(3));

test.each(obeyed)('$page has `$beginning`, and says nothing that a scene cannot fill in', ({ page, beginning }) => {
  const words = Object.fromEntries((beginning.match(/\b[A-Z]{2,}\b/g) ?? []).map((word) => [word, 'given']));
  const command = commandsIn(pageText(page)).find((one) => one.startsWith(beginning)) ?? `none begins: ${beginning}`;
  expect(fillIn(command, words)).toContain('npm run admin -- ');
});
