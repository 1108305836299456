import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { projectRoot } from './folders.ts';
import { logTail } from './log-tail.ts';
import { StackFailure } from './stack-failure.ts';

/** Silences two known warnings: type stripping, and the negative timer that kafkajs sets once per process. */
export const nodeFlags = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];

/**
 * Heap limits of our services, as in the Dockerfile. V8 lets a heap grow with the memory of the machine before it collects:
 * a drain held 660 MiB of which 180 were alive. 128 MiB hold twice what is alive at the peak.
 */
export const serviceFlags = [...nodeFlags, '--max-old-space-size=128', '--max-semi-space-size=8'];

export type NodeRun = {
  readonly name: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Both output streams are written to it. */
  readonly logPath: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
};

const shownLogLines = 20;

/** Runs a program of ours to its end on this Node. If it fails, the error holds the end of its output. */
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
  const failure = await new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(`could not be run: ${error.message}`));
    child.once('exit', (code, signal) => resolve(code === 0 ? undefined : `ended with ${String(code ?? signal)}`));
  });
  run.signal.throwIfAborted();
  if (failure === undefined) return;
  const end = timeout.aborted ? `did not end within ${run.timeoutMs / 1000} s` : failure;
  throw new StackFailure(`${run.name} ${end}; its log is ${run.logPath}.`, logTail(run.logPath, shownLogLines));
}
