import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { apiUrl } from '../support/system-client.ts';
import { fillCard } from './fill-card.ts';
import { openBrowser, openPage } from './open-browser.ts';

const patience = { timeout: 30_000 };
/** A price as the page shows it, always in the same form. */
const price = /^299\s₽$/;

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
}, 60_000);
afterAll(() => browser.close());

async function buyMonthly(page: Page): Promise<void> {
  await page.goto(apiUrl);
  const tariff = page.locator('#tariffs article', { hasText: 'per month' });
  await tariff.getByText(price).waitFor(patience);
  await tariff.getByText('films, series, full hd').waitFor(patience);
  await tariff.getByRole('button').click();
  await page.waitForSelector('[name=number]', patience);
}

async function subscribe(page: Page): Promise<void> {
  await buyMonthly(page);
  await fillCard(page, '5555555555554444');
  await page.waitForURL('**/return**', patience);
  await page.getByText('may watch', { exact: true }).waitFor(patience);
}

const facts = (page: Page, hasText: RegExp | string) => page.locator('#facts', { hasText }).waitFor(patience);
const event = (page: Page, hasText: string) => page.locator('#events li', { hasText }).first().waitFor(patience);
const valueOf = (page: Page, name: string) => page.inputValue(`[name=${name}]`);

/** How many lines each unbreakable part of an event's name takes. A text, because it runs in the page and not here. */
const linesOfNameParts = `[...document.querySelectorAll('#events strong')]
  .flatMap((name) => [...name.childNodes])
  .filter((part) => part.nodeType === Node.TEXT_NODE)
  .map((part) => {
    const range = document.createRange();
    range.selectNodeContents(part);
    return range.getClientRects().length;
  })`;

/** Lines of the list whose content is wider than the line. */
const eventsThatStickOut = `[...document.querySelectorAll('#events summary')]
  .filter((line) => line.scrollWidth > line.clientWidth).length`;

describe('the first day, in a real browser', () => {
  test('buy: a declined card, another with 3-D Secure, back to an active subscription and its events; then cancel', async () => {
    const { page, problems } = await openPage(browser);
    await buyMonthly(page);
    await page.getByRole('heading', { name: price }).waitFor(patience);
    await fillCard(page, '5555555555554600');
    await page.getByRole('alert').getByText('There is not enough money on the card.').waitFor(patience);
    await fillCard(page, '5555555555554477');
    await page.fill('[name=code]', '1234', patience);
    await page.click('#confirm');
    await page.waitForURL('**/return**', patience);
    await page.getByText('may watch', { exact: true }).waitFor(patience);
    await facts(page, /Renews\s*yes, for 299\s₽.*Features\s*films, series, full hd/s);
    await page.locator('#payments tr', { hasText: /299\s₽\s*paid/ }).waitFor(patience);
    for (const name of [
      'payment.requires_action',
      'payment.succeeded',
      'subscription.activated',
      'entitlement.changed',
    ]) {
      await event(page, name);
    }
    await facts(page, /Access until.*\d days longer than paid/s);
    await page.click('#cancel');
    await page.locator('#notice', { hasText: 'No further charge' }).waitFor(patience);
    await facts(page, /Renews\s*no/);
    await facts(page, 'Ends with what is paid.');
    await event(page, 'subscription.cancel_scheduled');
    await page.getByText('may watch', { exact: true }).waitFor(patience);
    expect(problems()).toEqual([]);
    await page.close();
  }, 120_000);

  test('the page of a declined card keeps the typed fields except the security code, and pays once', async () => {
    const { page, problems } = await openPage(browser);
    await buyMonthly(page);
    await fillCard(page, '5555555555554527');
    await page.getByRole('alert').waitFor(patience);
    expect(await page.getByRole('main').innerText()).not.toContain('general_decline');
    expect([await valueOf(page, 'month'), await valueOf(page, 'year')]).toEqual(['12', '2040']);
    expect([await valueOf(page, 'number'), await valueOf(page, 'csc')]).toEqual(['5555555555554527', '']);
    await page.fill('[name=number]', '5555555555554444');
    await page.fill('[name=csc]', '123');
    await page.click('#pay');
    await page.waitForURL('**/return**', patience);
    await page.getByText('may watch', { exact: true }).waitFor(patience);
    expect(problems()).toEqual([]);
    await page.close();
  }, 120_000);

  test('a subscriber without access sees why: nothing bought, not paid yet, over', async () => {
    const { page, problems } = await openPage(browser);
    await page.goto(`${apiUrl}/return`);
    await facts(page, 'Nothing bought yet.');
    await buyMonthly(page);
    const payment = page.url();
    await page.goto(`${apiUrl}/return`);
    await facts(page, 'Bought, not paid yet');
    await page.goto(payment);
    await fillCard(page, '5555555555554444');
    await page.getByText('may watch', { exact: true }).waitFor(patience);
    await page.click('#cancel-now');
    await page.click('#ending [value=end]');
    await facts(page, 'Over: what was paid for has ended.');
    expect(problems()).toEqual([]);
    await page.close();
  }, 120_000);

  test('ending at once asks first, says what is lost, and works by keyboard', async () => {
    const { page, problems } = await openPage(browser);
    await subscribe(page);
    const dialog = page.getByRole('dialog', { name: 'End it now?' });
    await page.locator('#cancel-now').press('Enter');
    const until = await page.locator('#facts dd', { hasText: 'longer than paid' }).locator('time').innerText();
    await dialog.getByText(`You may watch until ${until}.`).waitFor(patience);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden', ...patience });
    expect(await page.evaluate('document.activeElement.id')).toBe('cancel-now');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'hidden', ...patience });
    expect(await page.locator('#notice').isHidden()).toBe(true);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('#notice', { hasText: 'Ended.' }).waitFor(patience);
    await page.getByText('no access', { exact: true }).waitFor(patience);
    expect(problems()).toEqual([]);
    await page.close();
  }, 120_000);

  test('a subscriber who comes back to the tariffs is led to their subscription, and can start again as a new user', async () => {
    const { page, problems } = await openPage(browser);
    await subscribe(page);
    await page.goto(apiUrl);
    await page.getByText('You already subscribe').waitFor(patience);
    await page.locator('#tariffs article', { hasText: 'your plan' }).getByText('per month').waitFor(patience);
    expect(await page.locator('#tariffs button').count()).toBe(0);
    await page.getByRole('link', { name: 'Go to my subscription' }).click();
    await page.getByText('may watch', { exact: true }).waitFor(patience);
    const before = await page.locator('#user').innerText();
    await page.click('#fresh');
    await page.locator('#tariffs button').first().waitFor(patience);
    expect(await page.locator('#user').innerText()).not.toBe(before);
    expect(problems()).toEqual([]);
    await page.close();
  }, 120_000);

  test('on a phone no page scrolls sideways, and names of events break after a dot only', async () => {
    const { page, problems } = await openPage(browser);
    await page.setViewportSize({ width: 390, height: 844 });
    const isTooWide = () => page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth');
    await buyMonthly(page);
    expect(await isTooWide()).toBe(false);
    await fillCard(page, '5555555555554444');
    await event(page, 'subscription.activated');
    await event(page, 'payment_method.saved');
    expect(await isTooWide()).toBe(false);
    expect(await page.evaluate<number>(eventsThatStickOut)).toBe(0);
    const lines = await page.evaluate<number[]>(linesOfNameParts);
    expect(new Set(lines)).toEqual(new Set([1]));
    expect(await page.locator('#events strong wbr').count()).toBeGreaterThan(0);
    expect(problems()).toEqual([]);
    await page.close();
  }, 120_000);

  // Without this test, a collector that hears nothing would let all other tests here pass.
  test('refused requests, broken scripts, other hosts, and what the content policy refuses are problems', async () => {
    const { page, problems } = await openPage(browser);
    await page.goto(apiUrl);
    await page.evaluate('queueMicrotask(() => { throw new Error("a broken script"); })');
    await page.evaluate(() => fetch('/nothing-here'));
    await page.evaluate(() => fetch('https://stranger.invalid/').catch(() => null));
    await page.goto('about:blank');
    await page.evaluate(() => fetch('https://stranger.invalid/').catch(() => null));
    expect(problems()).toContainEqual(expect.stringMatching(/404 .*\/nothing-here/));
    expect(problems()).toContain('a broken script');
    expect(problems()).toContainEqual(expect.stringMatching(/Content Security Policy/));
    expect(problems()).toContain('foreign request: https://stranger.invalid/');
    await page.close();
  }, 60_000);
});
