import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { apiUrl, sandbox, userOf } from '../support/system-client.ts';
import { fillCard } from './fill-card.ts';
import { useBrowser } from './open-browser.ts';
import { newPastDue, newSubscriber, openAccount } from './visitors.ts';

const patience = { timeout: 30_000 };

const browser = useBrowser();

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click(patience);
const dialogOf = (page: Page) => page.getByRole('dialog');
/** The first history that the page reads does not have the end of its newest payment yet. */
async function showPaidLate(page: Page): Promise<void> {
  await page.route(
    '**/api/v1/payments?*',
    async (route) => {
      const answer = (await (await route.fetch()).json()) as Record<'data', readonly object[]>;
      const [newest, ...others] = answer.data;
      await route.fulfill({ json: { ...answer, data: [{ ...newest, status: 'requires_action' }, ...others] } });
    },
    { times: 1 },
  );
}

const confirm = (page: Page) => page.locator('#dialog-submit').click(patience);
const shows = (page: Page, hasText: RegExp | string) => page.locator('#subscription', { hasText }).waitFor(patience);
const says = (page: Page, hasText: RegExp | string) => page.locator('#notice', { hasText }).waitFor(patience);
const pays = (page: Page, hasText: RegExp | string) =>
  page.locator('#history li', { hasText }).first().waitFor(patience);
/** What the dialog shows, once it has content. */
async function dialogShows(page: Page, hasText: RegExp | string): Promise<void> {
  await dialogOf(page).filter({ hasText }).waitFor(patience);
}

describe('the account page', () => {
  test('cancel at the end, take it back, then leave now: each says before what it comes to', async () => {
    const { userId, advance } = await newSubscriber();
    await advance('2027-02-10T10:00:00.000Z');
    const { page, problems } = await openAccount(browser(), userId);
    await shows(page, /Next charge: 299\s₽ on 28 February 2027/);
    await press(page, 'Cancel…');
    await dialogShows(page, /Later, at the end\s*You may watch until 28 February 2027/);
    await dialogShows(page, /Now, with money back\s*You cannot watch.*191\.77\s₽ comes back to you/);
    await confirm(page);
    await says(page, 'Canceled. You may watch until 28 February 2027');
    await shows(page, /Ending.*Ends on 28 February 2027.*That is what you have paid for/s);

    await press(page, 'Keep the subscription');
    await dialogShows(page, /It renews again. Nothing is charged now.*299\s₽ on 28 February 2027.*until you cancel/s);
    await confirm(page);
    await says(page, 'It renews again. Next charge: 299');

    await press(page, 'Cancel…');
    await dialogOf(page).getByLabel('Now, with money back').check(patience);
    await dialogOf(page).getByLabel('Why do you leave?').selectOption('missing_content', patience);
    await dialogOf(page).getByLabel('In your own words').fill('No silent films', patience);
    await confirm(page);
    await says(page, 'It has ended.');
    await shows(page, /Ended on 10 February 2027.*You canceled it/s);
    await pays(page, /299\s₽\s*paid back in part.*191\.77\s₽ back paid back/s);
    expect(problems()).toEqual([]);
    await page.close();
  }, 120_000);

  test('past due: paying now is declined, then it works', async () => {
    const { userId } = await newPastDue();
    const { page, problems } = await openAccount(browser(), userId);
    await shows(page, /Payment overdue.*299\s₽ could not be charged.*not enough money.*tried again on 1 March 2027/s);
    await sandbox.nextCharge(userId, 'insufficient_funds');
    await press(page, /^Pay 299\s₽ now$/);
    await dialogShows(page, /299\s₽ is charged now/);
    await confirm(page);
    await says(page, 'Payment was declined. Try another card, or pay once there is money on this one.');
    await press(page, /^Pay 299\s₽ now$/);
    await confirm(page);
    await says(page, 'Paid, for the time until 31 March 2027');
    await shows(page, /Active.*Next charge: 299\s₽ on 31 March 2027/s);
    // The refusal is an answer, which the browser's console counts as an error.
    expect(problems().filter((problem) => !problem.includes('status of 409'))).toEqual([]);
    await page.close();
  }, 120_000);

  test('past due: another card pays on a page; cards are chosen and unlinked', async () => {
    const { userId } = await newPastDue();
    const { page, problems } = await openAccount(browser(), userId);
    await press(page, 'Pay with another card');
    await dialogShows(page, /You pay 299\s₽ on the payment page/);
    await confirm(page);
    await page.waitForSelector('[name=number]', patience);
    await page.goto(`${apiUrl}/return`);
    await shows(page, /A payment page for 299\s₽ is open/);
    await page.getByRole('link', { name: 'Go to the payment page' }).click();
    await fillCard(page, '4111111111111111');
    await says(page, /Thank you. 299\s₽ is paid/);
    const cards = page.locator('#methods li');
    await cards.filter({ hasText: /1111\s*for renewals/ }).waitFor(patience);

    await press(page, /^Use .*4444 for renewals$/);
    await dialogShows(page, /Charges are made by it from the next one on.*Next charge: 299/s);
    await confirm(page);
    await cards.filter({ hasText: /4444\s*for renewals/ }).waitFor(patience);

    await press(page, /^Unlink .*4444$/);
    await dialogShows(page, /never charged again.*You may watch until 31 March 2027.*Nothing more is charged/s);
    await confirm(page);
    await says(page, 'The card is unlinked');
    await shows(page, /Ends on 31 March 2027/);
    expect(await cards.count()).toBe(1);
    expect(problems()).toEqual([]);
    await page.close();
  }, 120_000);

  test('a card is added without paying; after an unlink the subscription is kept by saving another', async () => {
    const { userId } = await newSubscriber();
    const { page, problems } = await openAccount(browser(), userId);
    await press(page, 'Add a card');
    await page.waitForURL(/checkout/, patience);
    await fillCard(page, '4111 1111 1111 1111');
    await says(page, 'The card is saved.');
    await page.locator('#methods li', { hasText: '1111' }).waitFor(patience);

    await press(page, /Unlink .*4444/);
    await confirm(page);
    await says(page, 'The card is unlinked and never charged again.');
    await press(page, /Unlink .*1111/);
    await confirm(page);
    await page.getByText('No card is saved.').waitFor(patience);

    await press(page, 'Keep the subscription');
    await dialogShows(page, /You save a card on the page of the provider, and pay nothing/);
    await confirm(page);
    await page.waitForURL(/checkout/, patience);
    await fillCard(page, '2202 4743 0132 2987');
    await says(page, 'It renews again.');
    await shows(page, /Next charge: 299\s₽ on 28 February 2027.*From .*2987/s);
    expect(problems()).toEqual([]);
    await page.close();
  }, 120_000);

  test('one that ends is paid for one more period, and still ends after that', async () => {
    const { userId, client, advance } = await newSubscriber();
    await advance('2027-02-10T10:00:00.000Z');
    await client.cancel({ mode: 'period_end' });
    const { page, problems } = await openAccount(browser(), userId);
    await press(page, 'Pay for one more period');
    await dialogShows(
      page,
      /It ends after that, and no card is saved.*You pay 299\s₽ on the payment page\.\s*Go back/s,
    );
    await confirm(page);
    await page.waitForSelector('[name=number]', patience);
    await showPaidLate(page);
    await fillCard(page, '5555555555554444');
    await says(page, /Thank you. 299\s₽ is paid, for the time until 31 March 2027/);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await shows(page, /Ends on 31 March 2027.*Nothing more is charged/);
    await page.getByRole('button', { name: 'Keep the subscription' }).waitFor(patience);
    expect(await page.getByRole('button', { name: 'Pay for one more period' }).count()).toBe(0);
    expect(problems()).toEqual([]);
    await page.close();
  }, 60_000);

  test('after a chargeback nothing can be bought, and the page says why', async () => {
    const { userId, client } = await newSubscriber();
    const { json } = await client.ask('/api/v1/payments');
    const [payment] = json['data'] as readonly Record<'id', string>[];
    const staff = await userOf(randomUUID(), { superuser: true });
    await staff.ask(`/admin/api/payments/${payment?.id}/chargebacks`, {
      body: { date: '2027-01-31', amount_minor: 29_900, reason: 'Letter of the bank' },
      headers: { 'Idempotency-Key': randomUUID() },
    });
    const { page, problems } = await openAccount(browser(), userId);
    await shows(page, /Ended.*You cannot buy until our staff have looked into the payment that your bank took back/s);
    expect(await page.getByRole('link', { name: 'Choose a tariff' }).count()).toBe(0);
    expect(problems()).toEqual([]);
    await page.close();
  }, 60_000);

  test('a purchase that is not paid can be given up', async () => {
    const userId = randomUUID();
    await (await userOf(userId)).buy('month');
    const { page, problems } = await openAccount(browser(), userId);
    await press(page, 'Give this purchase up');
    await dialogShows(page, 'Nothing is charged.');
    await confirm(page);
    await says(page, 'The purchase is given up.');
    await shows(page, 'Ended');
    expect(problems()).toEqual([]);
    await page.close();
  }, 60_000);

  test('the receipt contact is checked, set, shown masked and removed', async () => {
    const { page, problems } = await openAccount(browser(), randomUUID());
    const field = page.getByLabel('E-mail address or phone number');
    await field.fill('viewer');
    await field.press('Enter');
    await page.getByText('This is neither an e-mail address nor a phone number').waitFor(patience);
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await field.fill('+7 (900) 000-00-00');
    await field.press('Enter');
    await says(page, 'Receipts go to that address from now on.');
    await field.fill('viewer@cinema.example');
    await press(page, 'Save');
    await page.getByText('Receipts go to v***@c***.example.').waitFor(patience);
    await press(page, 'Remove');
    await confirm(page);
    await page.getByText('No address for receipts is set.').waitFor(patience);
    expect(problems()).toEqual([]);
    await page.close();
  }, 60_000);

  test('every payment is found, page by page', async () => {
    const { userId, advance } = await newSubscriber('day');
    for (let day = 1; day <= 11; day += 1) await advance(`2027-02-${String(day).padStart(2, '0')}T09:30:00.000Z`);
    const { page, problems } = await openAccount(browser(), userId);
    const payments = page.locator('#history li.payment');
    await page.locator('#more').waitFor(patience);
    expect(await payments.count()).toBe(10);
    await page.locator('#more').click();
    await payments.nth(11).waitFor(patience);
    await page.locator('#more').waitFor({ state: 'detached', ...patience });
    expect(await payments.count()).toBe(12);
    expect(problems()).toEqual([]);
    await page.close();
  }, 120_000);
});

describe('the account page speaks', () => {
  test('Russian by the switch, also where something is refused, and keeps the language', async () => {
    const { userId } = await newPastDue();
    const { page } = await openAccount(browser(), userId);
    await press(page, 'Русский');
    await shows(page, /Оплата просрочена.*Не удалось списать 299\s₽.*На карте не хватает денег/s);
    expect(await page.evaluate('document.documentElement.lang')).toBe('ru');
    await sandbox.nextCharge(userId, 'insufficient_funds');
    await press(page, /^Оплатить 299\s₽ сейчас$/);
    await confirm(page);
    await says(page, 'Оплата не прошла. Попробуйте другую карту');
    await page.getByRole('link', { name: 'Тарифы' }).click();
    await page.getByRole('heading', { name: 'Выберите подписку' }).waitFor(patience);
    await page.close();
  }, 120_000);

  test('of a charge that waits for a contact, where the API says so', async () => {
    const { userId } = await newSubscriber();
    const { page } = await openAccount(browser(), userId);
    await page.route('**/api/v1/account', async (route) => {
      const account = (await (await route.fetch()).json()) as Record<'next_charge', object>;
      const next = { ...account.next_charge, waits_for: 'receipt_contact' };
      await route.fulfill({ json: { ...account, next_charge: next } });
    });
    await page.reload();
    await shows(page, /Waiting for you.*waits for an address for its receipt.*299\s₽ is planned for 28 February 2027/s);
    await page.getByText('Once it is saved, the charge that waits is made.').waitFor(patience);
    // The page may be reading its account just now.
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.close();
  }, 60_000);

  test('of a service that does not answer, until it does', async () => {
    const { page } = await openAccount(browser(), randomUUID());
    await page.route('**/api/v1/**', (route) => route.abort());
    await says(page, 'The service cannot be reached.');
    await page.unroute('**/api/v1/**');
    await page.locator('#notice').waitFor({ state: 'hidden', ...patience });
    await page.close();
  }, 60_000);
});

describe('by keyboard alone', () => {
  test('leaving asks first, Escape goes back to the button, and the safe way is the first', async () => {
    const { userId } = await newSubscriber();
    const { page, problems } = await openAccount(browser(), userId);
    const focused = () => page.evaluate<string>('document.activeElement.id');
    await page.locator('#act-cancel').press('Enter');
    await dialogShows(page, 'Cancel the subscription?');
    expect(await focused()).toBe('dialog-back');
    await page.keyboard.press('Escape');
    await dialogOf(page).waitFor({ state: 'hidden', ...patience });
    expect(await focused()).toBe('act-cancel');
    await page.keyboard.press('Enter');
    await dialogShows(page, 'Cancel the subscription?');
    // The words, the reason, and the ways to leave.
    for (let back = 0; back < 3; back += 1) await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('ArrowDown');
    expect(await dialogOf(page).getByLabel('Now, with money back').isChecked()).toBe(true);
    for (let on = 0; on < 4; on += 1) await page.keyboard.press('Tab');
    expect(await focused()).toBe('dialog-submit');
    await page.keyboard.press('Enter');
    await says(page, 'It has ended.');
    expect(problems()).toEqual([]);
    await page.close();
  }, 120_000);
});
