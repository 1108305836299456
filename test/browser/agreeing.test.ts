import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { apiUrl, sandbox } from '../support/system-client.ts';
import { agreeBy, type Agreed } from './agree-by.ts';
import { fillCard } from './fill-card.ts';
import { useBrowser } from './open-browser.ts';
import { holdAccount, newPastDue, newSubscriber, openAccount, openPageOf } from './visitors.ts';

const patience = { timeout: 30_000 };

const browser = useBrowser();

const price = { amount_minor: 29_900, currency: 'RUB' };
const month = { count: 1, unit: 'month' };

/** What an order claims that its subscriber was shown, and how the page has written each of it. */
type Shown = Readonly<Record<string, readonly [sent: unknown, seen: RegExp]>>;

const shownAt = (firstChargeAt: unknown, when: RegExp): Shown => ({
  first_amount: [price, /299\s₽/],
  first_charge_at: [firstChargeAt, when],
  then_amount: [price, /then 299\s₽/],
  period: [month, /299\s₽ per month, until you cancel/],
  cancel_how: ['Cancel whenever you like, under My subscription.', /Cancel whenever you like, under My subscription\./],
});
const shownToday = shownAt(expect.any(String), /299\s₽ today/);
const shownAtTheEnd = shownAt('2027-02-28T09:00:00.000Z', /299\s₽ on 28 February 2027/);
/** The first step of the ladder has a part that is drawn for each subscription. */
const shownAtTheRetry = shownAt(expect.stringMatching(/^2027-03-01T/), /299\s₽ on 1 March 2027/);

async function canceled(): Promise<string> {
  const { userId, client } = await newSubscriber();
  await client.cancel({ mode: 'period_end' });
  return userId;
}

async function unlinked(): Promise<string> {
  const { userId, client } = await newSubscriber();
  const { json } = await client.ask('/api/v1/account');
  const [method] = json['payment_methods'] as readonly Record<'id', string>[];
  await client.ask(`/api/v1/payment-methods/${method?.id}`, { method: 'DELETE' });
  return userId;
}

const pastDue = async (): Promise<string> => (await newPastDue()).userId;

async function canceledPastDue(): Promise<string> {
  const { userId, client } = await newPastDue();
  await client.cancel({ mode: 'period_end' });
  return userId;
}

function expectSeen({ text, terms }: Agreed, shown: Shown): void {
  expect(terms?.shown).toEqual(Object.fromEntries(Object.entries(shown).map(([field, [sent]]) => [field, sent])));
  for (const [, seen] of Object.values(shown)) expect(text).toMatch(seen);
}

describe('who lets renewals be charged has seen all that the order says they were shown', () => {
  test('beside the price of a tariff', async () => {
    const { page, problems } = await openPageOf(browser(), randomUUID(), 'en');
    await page.goto(apiUrl);
    const tariff = page.locator('#tariffs article', { hasText: 'per month' });
    await tariff.waitFor(patience);
    await page.getByLabel('Renew at the end of each period').check();
    expectSeen(await agreeBy(page, tariff, () => tariff.getByRole('button').click()), shownToday);
    expect(problems()).toEqual([]);
    await page.close();
  }, 60_000);

  test('beside the price of a tariff, in Russian', async () => {
    const { page } = await openPageOf(browser(), randomUUID(), 'ru');
    await page.goto(apiUrl);
    const tariff = page.locator('#tariffs article', { hasText: 'в месяц' });
    await tariff.waitFor(patience);
    await page.getByLabel('Продлевать в конце каждого периода').check();
    expectSeen(await agreeBy(page, tariff, () => tariff.getByRole('button').click()), {
      first_amount: [price, /299\s₽ сегодня/],
      first_charge_at: [expect.any(String), /сегодня/],
      then_amount: [price, /затем 299\s₽/],
      period: [month, /299\s₽ в месяц, пока вы не отмените/],
      cancel_how: [
        'Отменить можно в любой момент в разделе «Моя подписка».',
        /Отменить можно в любой момент в разделе/,
      ],
    });
    await page.close();
  }, 60_000);

  test.each<[string, string, () => Promise<string>, Shown]>([
    ['that takes a cancel back', 'Keep the subscription', canceled, shownAtTheEnd],
    ['that leads to another card, after an unlink', 'Keep the subscription', unlinked, shownAtTheEnd],
    ['that takes a cancel back while a charge is due', 'Keep the subscription', canceledPastDue, shownAtTheRetry],
    ['that leads to a page for the due period', 'Pay with another card', pastDue, shownToday],
  ])(
    'in the dialog %s',
    async (_what, button, make, shown) => {
      const { page, problems } = await openAccount(browser(), await make());
      await page.getByRole('button', { name: button }).click(patience);
      const dialog = page.getByRole('dialog');
      await dialog.waitFor(patience);
      const agreed = await agreeBy(page, dialog, () => page.locator('#dialog-submit').click());
      expectSeen(agreed, shown);
      expect(agreed.returnUrl).toBe(`${apiUrl}/return`);
      expect(problems()).toEqual([]);
      await page.close();
    },
    60_000,
  );
});

test('renewal is not ticked beforehand: who only buys is charged once, and has agreed to nothing more', async () => {
  const { page, problems } = await openPageOf(browser(), randomUUID(), 'en');
  await page.goto(apiUrl);
  const tariff = page.locator('#tariffs article', { hasText: 'per month' });
  await tariff.getByText('Paid once. It ends after that, and nothing more is charged.').waitFor(patience);
  const { terms } = await agreeBy(page, tariff, () => tariff.getByRole('button').click());
  expect(terms).toBeNull();
  await page.waitForURL(/checkout/, patience);
  await fillCard(page, '5555555555554444');
  await page.locator('#subscription', { hasText: 'Nothing more is charged.' }).waitFor(patience);
  await page.getByText('No card is saved.').waitFor(patience);
  expect(problems()).toEqual([]);
  await page.close();
}, 60_000);

test('a cancel taken back after the last attempt charges nothing by itself, and says so', async () => {
  const { userId, client, advance } = await newSubscriber();
  await sandbox.nextCharge(userId, '3d_secure_failed');
  await advance('2027-02-28T10:00:00.000Z');
  await client.cancel({ mode: 'period_end' });
  const { page, problems } = await openAccount(browser(), userId);
  await page.getByRole('button', { name: 'Keep the subscription' }).click(patience);
  const dialog = page.getByRole('dialog');
  await dialog
    .filter({ hasText: 'What is overdue is charged only when you press the button that pays it.' })
    .waitFor(patience);
  expect(problems()).toEqual([]);
  await page.close();
}, 60_000);

test('what has become impossible since the page was loaded is not sent, and the page says why', async () => {
  const { userId, client } = await newSubscriber();
  await client.cancel({ mode: 'period_end' });
  const { page, problems } = await openAccount(browser(), userId);
  const release = await holdAccount(page);
  await client.cancel({ mode: 'immediate' });
  const sent: string[] = [];
  page.on('request', (request) => void sent.push(`${request.method()} ${new URL(request.url()).pathname}`));
  await page.getByRole('button', { name: 'Keep the subscription' }).click(patience);
  release();
  await page.locator('#notice', { hasText: /^Too late\. / }).waitFor(patience);
  expect(sent).not.toContain('POST /api/v1/subscriptions/uncancel');
  expect(problems()).toEqual([]);
  await page.close();
}, 60_000);
