import type { Locator, Page } from 'playwright-core';

/** What a visitor saw when they gave an order, and what it has sent: the terms or null, and where its page returns to. */
export type Agreed = {
  readonly text: string;
  readonly terms: { readonly shown: Readonly<Record<string, unknown>> } | null;
  readonly returnUrl: string | null;
};

type Returning = { readonly return_url: string };

const isOrder = /\/(buy|uncancel)$/;

/** Presses what sends an order. */
export async function agreeBy(page: Page, seen: Locator, press: () => Promise<void>): Promise<Agreed> {
  const text = await seen.innerText();
  const [request] = await Promise.all([
    page.waitForRequest((sent) => sent.method() === 'POST' && isOrder.test(sent.url())),
    press(),
  ]);
  const { terms = null, return_url: returnUrl = null } = request.postDataJSON() as Partial<Agreed & Returning>;
  return { text, terms, returnUrl };
}
