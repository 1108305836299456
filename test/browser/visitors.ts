import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { eventually } from '../../tools/client/eventually.ts';
import { apiUrl, sandbox, userOf } from '../support/system-client.ts';
import { openPage, type WatchedPage } from './open-browser.ts';

/** A subscriber on a clock of their own, which began on the last day of January. */
export async function newSubscriber(unit = 'month') {
  const userId = randomUUID();
  const staff = await userOf(randomUUID(), { superuser: true });
  const client = await userOf(userId);
  const clockId = await staff.createClock('account', '2027-01-31T09:00:00.000Z');
  await client.buy(unit, { headers: { 'X-Test-Clock': clockId } });
  await sandbox.payPage(userId);
  await eventually(
    () => client.entitlement(),
    ({ json }) => json['active'] === true,
    { patienceMs: 20_000, everyMs: 100 },
  );
  return { userId, client, advance: (to: string) => staff.advanceClock(clockId, to) };
}

/** A subscriber whose first renewal was declined. */
export async function newPastDue() {
  const subscriber = await newSubscriber();
  await sandbox.nextCharge(subscriber.userId, 'insufficient_funds');
  await subscriber.advance('2027-02-28T10:00:00.000Z');
  return subscriber;
}

/** A page that knows who the visitor is, and their language, as if they had been there before. */
export async function openPageOf(browser: Browser, userId: string, language: string): Promise<WatchedPage> {
  const watched = await openPage(browser);
  const remembered = { 'cinema-billing-user': userId, 'cinema-billing-language': language };
  for (const [name, value] of Object.entries(remembered))
    await watched.page.addInitScript(`localStorage.getItem('${name}') ?? localStorage.setItem('${name}', '${value}')`);
  return watched;
}

/** The account page of a user, loaded. */
export async function openAccount(browser: Browser, userId: string, language = 'en'): Promise<WatchedPage> {
  const watched = await openPageOf(browser, userId, language);
  await watched.page.goto(`${apiUrl}/return`);
  await watched.page.locator('#history h2').waitFor({ timeout: 30_000 });
  return watched;
}

/**
 * Keeps what an account page shows until it is released, whatever becomes of the subscription: the page reads its
 * account anew after each event. Resolves once the read that was under way before is over, to what releases the page.
 */
export async function holdAccount(page: Page): Promise<() => void> {
  const held = Promise.withResolvers<null>();
  const released = Promise.withResolvers<null>();
  await page.route('**/api/v1/account', async (route) => {
    held.resolve(null);
    await released.promise;
    await route.continue();
  });
  // The page reads one account at a time.
  await held.promise;
  return () => released.resolve(null);
}
