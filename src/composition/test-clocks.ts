import { createSandboxClockMirror } from '../adapters/yookassa/sandbox-clock-mirror.ts';
import type { TestClockMirror, TestClocks } from '../application/ports/test-clocks.ts';
import type { Config } from '../config.ts';
import { isDevelopment } from './is-development.ts';

/** Null without test clocks in the configuration, so that no request can name one. */
export function testClocksOf(
  config: Config,
  clocks: TestClocks,
): { readonly clocks: TestClocks; readonly mirror: TestClockMirror } | null {
  if (!config.TEST_CLOCKS || !isDevelopment(config)) return null;
  return { clocks, mirror: createSandboxClockMirror(config.YOOKASSA_API_URL) };
}
