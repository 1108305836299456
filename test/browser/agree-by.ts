import type { Locator, Page } from 'playwright-core';

/** What a visitor saw when they gave an order, and the terms that it has sent; null where it has sent none. */
export type Agreed = {
  readonly text: string;
  readonly terms: { readonly shown: Readonly<Record<string, unknown>> } | null;
};

const isOrder = /\/(buy|uncancel)$/;

/** Presses what sends an order. */
export async function agreeBy(page: Page, seen: Locator, press: () => Promise<void>): Promise<Agreed> {
  const text = await seen.innerText();
  const [request] = await Promise.all([
    page.waitForRequest((sent) => sent.method() === 'POST' && isOrder.test(sent.url())),
    press(),
  ]);
  const { terms = null } = request.postDataJSON() as Partial<Agreed>;
  return { text, terms };
}
