import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { projectRoot } from './folders.ts';
import { logTail } from './log-tail.ts';
import { StackFailure } from './stack-failure.ts';

/** Type stripping announces itself, and kafkajs sets a negative timer once per process: neither is news. */
export const nodeFlags = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];

/**
 * For our services, as in the Dockerfile. V8 lets a heap grow with the memory of the machine before it collects: a drain
 * held 660 MiB of which 180 were alive. Twice what is alive at the worst fits into 128.
 */
export const serviceFlags = [...nodeFlags, '--max-old-space-size=128', '--max-semi-space-size=8'];

export type NodeRun = {
  readonly name: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Takes both streams. */
  readonly logPath: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
};

const shownLogLines = 20;

/** Runs a program of ours to its end on this very Node, and throws with the end of its words when it fails. */
export async function runNode(run: NodeRun): Promise<void> {
  const log = openSync(run.logPath, 'w');
  const timeout = AbortSignal.timeout(run.timeoutMs);
  const child = spawn(process.execPath, [...nodeFlags, ...run.args], {
    cwd: projectRoot,
    env: run.environment,
    stdio: ['ignore', log, log],
    signal: AbortSignal.any([run.signal, timeout]),
  });
  closeSync(log);
  const words = await new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(`could not be run: ${error.message}`));
    child.once('exit', (code, signal) => resolve(code === 0 ? undefined : `ended with ${String(code ?? signal)}`));
  });
  run.signal.throwIfAborted();
  if (words === undefined) return;
  const end = timeout.aborted ? `did not end within ${run.timeoutMs / 1000} s` : words;
  throw new StackFailure(`${run.name} ${end}; its log is ${run.logPath}.`, logTail(run.logPath, shownLogLines));
}
