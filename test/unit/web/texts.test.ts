import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { webModule } from '../../support/web-module.ts';

type Texts = Readonly<Record<string, string>>;
const { english } = (await webModule('texts/en.js')) as { english: Texts };
const { russian } = (await webModule('texts/ru.js')) as { russian: Texts };

const placesIn = (text = ''): readonly string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort();

const sources = globSync('web/**/*.{js,html}', { exclude: ['web/texts/**', 'web/docs/**'] })
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

/** Names as they are written, and the beginnings of those that are put together: `head.${status}`. */
const whole = new Set([...sources.matchAll(/['"`]([a-z_]+\.[\w.]+)['"`]/g)].map(([, name = '']) => name));
const beginnings = [...sources.matchAll(/`([a-z_]+\.)\$\{/g)].map(([, name = '']) => name);
/** `${name}.title`: the name of a dialog comes first. */
const endings = [...sources.matchAll(/`\$\{name\}(\.\w+)`/g)].map(([, name = '']) => name);

describe('the texts of the pages', () => {
  test('have the same names in both languages', () => {
    expect(Object.keys(russian)).toEqual(Object.keys(english));
  });

  test.each(Object.keys(english))('%s speaks of the same values in both languages', (name) => {
    expect(placesIn(russian[name])).toEqual(placesIn(english[name]));
  });

  test('are all used', () => {
    const isUsed = (name: string): boolean =>
      whole.has(name) ||
      beginnings.some((beginning) => name.startsWith(beginning)) ||
      endings.some((ending) => name.endsWith(ending));
    expect(Object.keys(english).filter((name) => !isUsed(name))).toEqual([]);
  });

  test('are there for every name that a page writes', () => {
    const groups = new Set(Object.keys(english).map((name) => name.split('.')[0]));
    const written = [...whole].filter((name) => groups.has(name.split('.')[0]) && !name.endsWith('.js'));
    expect(written.length).toBeGreaterThan(100);
    const isCommand = (name: string): boolean => sources.includes(`'${name}': ['`);
    expect(written.filter((name) => !Object.hasOwn(english, name) && !isCommand(name))).toEqual([]);
  });

  test('say what to do about each refusal that a subscriber may meet', () => {
    const refused = Object.keys(english).filter((name) => name.startsWith('todo.'));
    for (const code of ['2001', '4006', '4009', '4013', '4018', '4019', '4026', '4038', '4043', '5003'])
      expect(refused).toContain(`todo.${code}`);
  });
});
