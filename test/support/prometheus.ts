import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';

export const hasPrometheus = (): boolean => spawnSync('prometheus', ['--version']).status === 0;

export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const at = server.address();
      server.close(() => resolve(typeof at === 'object' && at !== null ? at.port : 0));
    });
  });

/** What one of its addresses answers; `data` is null where it is not well. */
export async function askPrometheus(url: string): Promise<{ readonly status: number; readonly data: unknown }> {
  const answer = await fetch(url).catch(() => null);
  // While it starts, it answers 503 in words.
  if (answer?.ok !== true) return { status: answer?.status ?? 0, data: null };
  return { status: answer.status, data: ((await answer.json()) as { readonly data?: unknown }).data };
}
