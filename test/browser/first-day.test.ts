import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { apiUrl } from '../support/system-client.ts';
import { fillCard } from './fill-card.ts';
import { openPage, useBrowser } from './open-browser.ts';

const patience = { timeout: 30_000 };
/** A price as the page shows it, always in the same form. */
const price = /^299\s₽$/;

const browser = useBrowser();

async function buyMonthly(page: Page): Promise<void> {
  await page.goto(apiUrl);
  const tariff = page.locator('#tariffs article', { hasText: 'per month' });
  await tariff.getByText(price).waitFor(patience);
  await tariff.getByText('Full HD').waitFor(patience);
  await page.getByLabel('Renew at the end of each period').check();
  await tariff.getByRole('button').click();
  await page.waitForSelector('[name=number]', patience);
}

async function subscribe(page: Page): Promise<void> {
  await buyMonthly(page);
  await fillCard(page, '5555555555554444');
  await page.waitForURL('**/return**', patience);
  await active(page);
}

const active = (page: Page) => page.getByText('Active', { exact: true }).waitFor(patience);
const shows = (page: Page, hasText: RegExp | string) => page.locator('#subscription', { hasText }).waitFor(patience);
const says = (page: Page, hasText: RegExp | string) => page.locator('#notice', { hasText }).waitFor(patience);
const openEvents = (page: Page) => page.locator('.developers > summary').click();
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
  test('buy: a declined card, another with 3-D Secure, back to a confirmation and its events', async () => {
    const { page, problems } = await openPage(browser());
    await buyMonthly(page);
    await page.getByRole('heading', { name: price }).waitFor(patience);
    await fillCard(page, '5555555555554600');
    await page.getByRole('alert').getByText('There is not enough money on the card.').waitFor(patience);
    await fillCard(page, '5555555555554477');
    await page.fill('[name=code]', '1234', patience);
    await page.click('#confirm');
    await page.waitForURL('**/return**', patience);
    await says(page, /Thank you. 299\s₽ is paid, for the time until \d/);
    await active(page);
    await shows(page, /Next charge: 299\s₽ on .*Price\s*299\s₽ per month.*Included\s*films, series, Full HD/s);
    await page.locator('#history li', { hasText: /299\s₽\s*paid/ }).waitFor(patience);
    await openEvents(page);
    for (const name of [
      'payment.requires_action',
      'payment.succeeded',
      'subscription.activated',
      'entitlement.changed',
    ]) {
      await event(page, name);
    }
    expect(await page.locator('#events time').first().innerText()).toMatch(/^\d+ \w+ \d{4}, \d\d:\d\d:\d\d$/);
    expect(problems()).toEqual([]);
    await page.close();
  }, 120_000);

  test('the page of a declined card keeps the typed fields except the security code, and pays once', async () => {
    const { page, problems } = await openPage(browser());
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
    await active(page);
    expect(problems()).toEqual([]);
    await page.close();
  }, 120_000);

  test('a subscriber without access sees why, and the way on: nothing bought, not paid yet', async () => {
    const { page, problems } = await openPage(browser());
    await page.goto(`${apiUrl}/return`);
    await shows(page, 'You have no subscription yet.');
    await page.getByRole('link', { name: 'Choose a tariff' }).waitFor(patience);
    await buyMonthly(page);
    await page.goto(`${apiUrl}/return`);
    await shows(page, /299\s₽ is not paid yet/);
    await page.getByRole('link', { name: 'Go to the payment page' }).click();
    await fillCard(page, '5555555555554444');
    await active(page);
    expect(problems()).toEqual([]);
    await page.close();
  }, 120_000);

  test('the year says what it saves, and the terms of a purchase stand beside its price', async () => {
    const { page, problems } = await openPage(browser());
    await page.goto(apiUrl);
    const year = page.locator('#tariffs article', { hasText: 'per year' });
    await year.getByText(/^598\s₽ less than twelve single months \(17%\)$/).waitFor(patience);
    await year.getByText('Paid once').waitFor(patience);
    await page.getByLabel('Renew at the end of each period').check();
    await year
      .getByText(/^2,990\s₽ today, then 2,990\s₽ per year, until you cancel. Cancel whenever/)
      .waitFor(patience);
    expect(problems()).toEqual([]);
    await page.close();
  }, 60_000);

  test('a subscriber who comes back to the tariffs is led to their subscription, and can start again as a new user', async () => {
    const { page, problems } = await openPage(browser());
    await subscribe(page);
    await page.goto(apiUrl);
    await page.getByText('You already have a subscription').waitFor(patience);
    await page.locator('#tariffs article', { hasText: 'your plan' }).getByText('per month').waitFor(patience);
    expect(await page.locator('#tariffs button').count()).toBe(0);
    await page.getByRole('link', { name: 'Go to my subscription' }).click();
    await active(page);
    const before = await page.locator('#user').innerText();
    await page.click('#fresh');
    await page.locator('#tariffs button').first().waitFor(patience);
    expect(await page.locator('#user').innerText()).not.toBe(before);
    expect(problems()).toEqual([]);
    await page.close();
  }, 120_000);

  test('on a phone no page scrolls sideways, and names of events break after a dot only', async () => {
    const { page, problems } = await openPage(browser());
    await page.setViewportSize({ width: 390, height: 844 });
    const isTooWide = () => page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth');
    await buyMonthly(page);
    expect(await isTooWide()).toBe(false);
    await fillCard(page, '5555555555554444');
    await active(page);
    await openEvents(page);
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
    const { page, problems } = await openPage(browser());
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
