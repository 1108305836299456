import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll } from '@jest/globals';
import chromium from '@sparticuz/chromium';
import { chromium as playwright, type Browser, type Page } from 'playwright-core';

/** Hosts that our pages may contact; no page of ours loads anything from another host. */
const ourHosts = new Set(['127.0.0.1', 'localhost']);

export type WatchedPage = {
  readonly page: Page;
  /** Errors in the console, requests to other hosts, failed scripts: what the browser's inspector would show. */
  readonly problems: () => readonly string[];
};

/** The Chromium of an npm package. If it cannot start, the error names the libraries that the machine lacks. */
async function openBrowser(): Promise<Browser> {
  const executablePath = await chromium.executablePath();
  try {
    return await playwright.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'], headless: true });
  } catch (cause) {
    const missing = execFileSync('ldd', [executablePath], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.includes('not found'))
      .map((line) => line.trim().split(' ')[0]);
    if (missing.length === 0) throw cause;
    throw new Error(`Chromium cannot start: this machine lacks ${missing.join(', ')} (install libnss3 and friends).`, {
      cause,
    });
  }
}

/** The browser of a suite: opened before its first test, closed after its last. */
export function useBrowser(): () => Browser {
  let browser: Browser | null = null;
  beforeAll(async () => {
    browser = await openBrowser();
  }, 60_000);
  afterAll(() => browser?.close());
  return () => {
    if (browser === null) throw new Error('The browser opens before the first test.');
    return browser;
  };
}

export async function openPage(browser: Browser): Promise<WatchedPage> {
  const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && !ourHosts.has(url.hostname)) problems.push(`foreign request: ${url.href}`);
  });
  return { page, problems: () => problems };
}
