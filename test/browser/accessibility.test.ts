import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { apiUrl } from '../support/system-client.ts';
import { openPage, useBrowser } from './open-browser.ts';
import { newSubscriber, openPageOf } from './visitors.ts';

const patience = { timeout: 30_000 };

const browser = useBrowser();

/** What axe finds wrong: the rule and the element. The script is evaluated, because the page's policy refuses foreign ones. */
async function violationsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  return page.evaluate<string[]>(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 120))))`);
}

const subscribed = async (): Promise<string> => (await newSubscriber()).userId;

async function left(): Promise<string> {
  const { userId, client } = await newSubscriber();
  await client.cancel({ mode: 'immediate', refund: 'prorated' });
  return userId;
}

const people = { 'a new user': () => Promise.resolve(randomUUID()), 'a subscriber': subscribed, 'one who left': left };

describe.each(['light', 'dark'] as const)('axe finds nothing wrong, %s', (colorScheme) => {
  test.each(Object.entries(people))(
    'for %s, on a desktop and a phone, in both languages',
    async (_who, make) => {
      const userId = await make();
      for (const width of [1280, 390])
        for (const language of ['en', 'ru']) {
          const { page, problems } = await openPageOf(browser(), userId, language);
          await page.setViewportSize({ width, height: 900 });
          await page.emulateMedia({ colorScheme });
          for (const [path, loaded] of [
            ['/', '#tariffs article'],
            ['/return', '#history h2'],
          ] as const) {
            await page.goto(apiUrl + path);
            await page.locator(loaded).first().waitFor(patience);
            expect([path, width, language, await violationsOf(page)]).toEqual([path, width, language, []]);
            expect(await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')).toBe(false);
          }
          if ((await page.locator('#act-cancel').count()) > 0) {
            await page.locator('#act-cancel').click();
            await page.getByRole('dialog').waitFor(patience);
            expect(await violationsOf(page)).toEqual([]);
          }
          expect(problems()).toEqual([]);
          await page.close();
        }
    },
    120_000,
  );
});

/** What axe finds in the bundle of the API page, which is as its authors publish it (docs/adr/0019). */
const inBundle: readonly (readonly [fault: RegExp, why: string])[] = [
  [
    /^aria-required-attr: .*code-input-lite__editor/,
    'a field of its client says that it completes words, and not of what',
  ],
  [
    /^scrollable-region-focusable: <code class="hljs/,
    'a long example is not scrolled by keyboard; its button copies it',
  ],
];

describe.each(['light', 'dark'] as const)('axe finds nothing wrong on the API page, %s', (colorScheme) => {
  test.each([
    [1280, ''],
    [1280, '?api=events'],
    [390, ''],
    [390, '?api=events'],
  ])(
    '%i wide, /docs%s',
    async (width, query) => {
      const { page, problems } = await openPage(browser());
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await page.goto(`${apiUrl}/docs${query}`);
      await page.getByRole('heading', { level: 1 }).first().waitFor(patience);
      const found = await violationsOf(page);
      expect(found.filter((fault) => !inBundle.some(([known]) => known.test(fault)))).toEqual([]);
      expect(problems()).toEqual([]);
      await page.close();
    },
    60_000,
  );
});

// Without this test, a rule set that finds nothing would let the others pass.
test('axe finds a button without a name', async () => {
  const { page } = await openPage(browser());
  await page.goto(apiUrl);
  await page.evaluate('document.body.append(document.createElement("button"))');
  expect(await violationsOf(page)).toContainEqual(expect.stringMatching(/^button-name: /));
  await page.close();
}, 60_000);
