import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf } from './exclusive-file.mjs';
import type { ProcessIdentity } from './exclusive-file.d.mts';
import type { Folders } from './folders.ts';
import { logTail } from './log-tail.ts';
import { StackFailure } from './stack-failure.ts';
import { waitUntil } from './wait-until.ts';

export type Program = {
  readonly name: ProgramName;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly workingFolder: string;
};

/** Everything that we start, in the order in which it is ended. */
export const endingOrder = ['api', 'consumers', 'jobs', 'sandbox', 'registry', 'kafka', 'mongod'] as const;
export type ProgramName = (typeof endingOrder)[number];

export type Running = {
  readonly name: ProgramName;
  readonly identity: ProcessIdentity;
  readonly logPath: string;
  readonly identityPath: string;
  /** Resolves with a few words when the process has ended, for whatever reason. */
  readonly ended: Promise<string>;
  readonly hasEnded: () => boolean;
};

/** Node tells the cause of a failed start some twenty lines before its last one. */
const shownLogLines = 25;
/** Health is asked this often while a process starts: the wait adds a twentieth of a second at most. */
const healthIntervalMs = 50;

/**
 * Starts a process of its own group: Ctrl-C reaches the whole group of the terminal, and these must be ended in order.
 * Its pid and start time are on the disk before this returns, so that a later run recognises it.
 */
export function launch(program: Program, folders: Folders): Running {
  const logPath = join(folders.logs, `${program.name}.log`);
  // The log of a run that died is wanted by the one who starts anew; older ones are not.
  if (existsSync(logPath)) renameSync(logPath, join(folders.logs, `${program.name}.previous.log`));
  const log = openSync(logPath, 'w');
  const child = spawn(program.command, program.args, {
    cwd: program.workingFolder,
    env: program.environment,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let over = false;
  const ended = new Promise<string>((resolve) => {
    const end = (words: string): void => {
      over = true;
      resolve(words);
    };
    child.once('error', (error) => end(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) => end(signal ? `ended by ${signal}` : `ended with code ${String(code)}`));
  });
  const identity = identityOf(child.pid ?? -1) ?? { pid: child.pid ?? -1, startedAt: 'never' };
  const identityPath = join(folders.run, `${program.name}.json`);
  writeFileSync(identityPath, JSON.stringify(identity));
  return { name: program.name, identity, logPath, identityPath, ended, hasEnded: () => over };
}

/** Waits until the process answers; its death or the end of the time is told with the end of its log. */
export async function awaitHealthy(
  running: Running,
  probe: () => Promise<boolean>,
  wait: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<void> {
  const isDecided = await waitUntil(async () => running.hasEnded() || (await probe()), {
    ...wait,
    intervalMs: healthIntervalMs,
  });
  if (running.hasEnded()) throw await deathOf(running);
  if (isDecided) return;
  const seconds = wait.timeoutMs / 1000;
  throw new StackFailure(`${running.name} did not become ready within ${seconds} s; its log is ${running.logPath}.`, [
    ...logTail(running.logPath, shownLogLines),
  ]);
}

export async function deathOf(running: Running): Promise<StackFailure> {
  const words = await running.ended;
  rmSync(running.identityPath, { force: true });
  return new StackFailure(
    `${running.name} ${words}; its log is ${running.logPath}.`,
    logTail(running.logPath, shownLogLines),
  );
}
