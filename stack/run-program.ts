import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from './folders.ts';
import { nodeFlags } from './run-node.ts';

/** Runs a program of test/ or bench/ as a process of its own, because no room may import those. Returns its exit code. */
export function runProgram(path: string, args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [...nodeFlags, join(projectRoot, path), ...args], {
    cwd: projectRoot,
    stdio: 'inherit',
  });
  // Ctrl-C reaches the child, which is in this process group. Another signal reaches only this process and is passed on.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
