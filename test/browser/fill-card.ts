import type { Page } from 'playwright-core';

/** Fills in the form of the payment page, and pays. */
export async function fillCard(page: Page, number: string): Promise<void> {
  await page.getByLabel('Card number').fill(number);
  await page.getByLabel('Month').fill('12');
  await page.getByLabel('Year').fill('2040');
  await page.getByLabel('CVC').fill('123');
  await page.click('#pay');
}
