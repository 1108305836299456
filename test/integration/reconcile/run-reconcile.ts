import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

export type Ran = { readonly code: number | null; readonly out: string; readonly err: string };

/** Runs the program as a process of its own. */
export async function runReconcile(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<Ran> {
  const child = spawn(process.execPath, ['src/reconcile.ts', ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [[code], out, err] = await Promise.all([
    once(child, 'close') as Promise<[number | null]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, out, err };
}
