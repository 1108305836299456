import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from './folders.ts';
import { nodeFlags } from './run-node.ts';

/** Runs a program of test/ on this terminal: a process of its own, for nobody imports tests. Answers its exit code. */
export function runTestProgram(path: string, args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [...nodeFlags, join(projectRoot, path), ...args], {
    cwd: projectRoot,
    stdio: 'inherit',
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
