import { describe, expect, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { call } from '../../tools/client/call.ts';
import { apiUrl } from '../support/system-client.ts';
import { fillCard } from './fill-card.ts';
import { openPage, useBrowser } from './open-browser.ts';

const patience = { timeout: 30_000 };

const browser = useBrowser();

type Contract = { readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly summary: string }>>>> };
type Events = { readonly channels: Readonly<Record<string, { readonly address: string }>> };

const contractAt = async (path: string): Promise<unknown> => (await call(`${apiUrl}${path}`)).json;

async function openDocs(page: Page, query = ''): Promise<Locator> {
  await page.goto(`${apiUrl}/docs${query}`);
  const entries = page.locator('[data-sidebar-id]').filter({ visible: true });
  await entries.first().waitFor(patience);
  return entries;
}

/** Opens every group of the list of contents. */
async function openGroups(page: Page): Promise<void> {
  const closed = page.getByRole('button', { name: /^Open Group/ });
  while ((await closed.count()) > 0) await closed.first().click(patience);
}

/** Sends an operation from the page's client, which shows the answer. */
async function send(page: Page, title: string, operation: string): Promise<Locator> {
  await page.locator('[data-sidebar-id] a', { hasText: title }).first().click(patience);
  await page.locator('button', { hasText: `Test Request(${operation})` }).click(patience);
  const client = page.getByRole('dialog');
  await client.getByRole('button', { name: /^Send/ }).first().click(patience);
  return client;
}

describe('the API page', () => {
  test('lists every operation, and beside them every topic', async () => {
    const { page, problems } = await openPage(browser());
    const contract = (await contractAt('/api/openapi.json')) as Contract;
    const entries = await openDocs(page);
    await openGroups(page);
    const listed = (await entries.allInnerTexts()).join('\n');
    const summaries = Object.values(contract.paths).flatMap((path) =>
      Object.values(path).map(({ summary }) => summary),
    );
    expect(summaries.filter((summary) => !listed.includes(summary))).toEqual([]);
    const events = (await contractAt('/api/asyncapi.json')) as Events;
    await page.getByRole('link', { name: 'Events', exact: true }).click();
    for (const { address } of Object.values(events.channels))
      await page.locator('[data-sidebar-id]', { hasText: address }).first().waitFor(patience);
    expect(problems()).toEqual([]);
    await page.close();
  }, 120_000);

  test('buys with the token that it has filled in, and reads how it ended', async () => {
    const { page, problems } = await openPage(browser());
    await openDocs(page);
    const client = await send(page, 'Buy a subscription', 'post /api/v1/subscriptions/{pay_system}/buy');
    const answer = client.locator('.cm-content', { hasText: 'requires_action' });
    await answer.waitFor(patience);
    const address = /"redirect_url": "(http[^"]+)"/.exec(await answer.innerText())?.[1] ?? '';
    await page.goto(address);
    await fillCard(page, '5555555555554444');
    await page.getByText('Active', { exact: true }).waitFor(patience);
    await openDocs(page);
    await openGroups(page);
    const history = await send(page, "The user's payments, page by page", 'get /api/v1/payments');
    // The client renders the beginning of a long answer.
    await history.locator('.cm-content', { hasText: 'Платеж успешно завершён' }).waitFor(patience);
    expect(problems()).toEqual([]);
    await page.close();
  }, 120_000);

  test.each(['light', 'dark'] as const)(
    'fits a phone, %s',
    async (colorScheme) => {
      const { page, problems } = await openPage(browser());
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width: 390, height: 844 });
      await page.goto(`${apiUrl}/docs`);
      await page.getByRole('heading', { name: 'Quick start' }).waitFor(patience);
      expect(await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')).toBe(false);
      expect(await page.evaluate<boolean>('document.body.classList.contains("dark-mode")')).toBe(
        colorScheme === 'dark',
      );
      expect(problems()).toEqual([]);
      await page.close();
    },
    60_000,
  );

  test('is gone through by keyboard: its bar first, then the reference', async () => {
    const { page, problems } = await openPage(browser());
    await openDocs(page);
    const focused = () => page.evaluate<string>('document.activeElement.textContent.trim()');
    const passed: string[] = [];
    for (let step = 0; step < 4; step += 1) {
      await page.keyboard.press('Tab');
      passed.push(await focused());
    }
    expect(passed).toEqual(['cinema-billing', 'REST API', 'Events', 'Try it']);
    await page.keyboard.press('Tab');
    expect(await page.evaluate<boolean>('document.querySelector("#docs").contains(document.activeElement)')).toBe(true);
    for (let step = 0; step < 2; step += 1) await page.keyboard.press('Shift+Tab');
    expect(await focused()).toBe('Events');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/docs?api=events', patience);
    expect(problems()).toEqual([]);
    await page.close();
  }, 60_000);
});
