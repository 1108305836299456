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

/** All processes of a run, in the order in which they are ended. */
export const endingOrder = ['api', 'consumers', 'jobs', 'sandbox', 'registry', 'kafka', 'mongod', 'dockerd'] as const;
export type ProgramName = (typeof endingOrder)[number];

export type Running = {
  readonly name: ProgramName;
  readonly identity: ProcessIdentity;
  readonly logPath: string;
  readonly identityPath: string;
  /** Resolves with a description of the end when the process has ended, for whatever reason. */
  readonly ended: Promise<string>;
  readonly hasEnded: () => boolean;
};

/** Node prints the cause of a failed start some twenty lines before its last line. */
const shownLogLines = 25;
/** Pause between two health checks of a starting process; it adds at most this much to a start. */
const healthIntervalMs = 50;

/**
 * Starts a process in a group of its own: Ctrl-C signals the whole group of the terminal, and these must end in order.
 * Its pid and start time are on the disk before this returns, so that a later run recognises the process.
 */
export function launch(program: Program, folders: Folders): Running {
  const logPath = join(folders.logs, `${program.name}.log`);
  // Keeps the log of the run before this one, which explains why that run died.
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
    const end = (ending: string): void => {
      over = true;
      resolve(ending);
    };
    child.once('error', (error) => end(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) => end(signal ? `ended by ${signal}` : `ended with code ${String(code)}`));
  });
  const identity = identityOf(child.pid ?? -1) ?? { pid: child.pid ?? -1, startedAt: 'never' };
  const identityPath = join(folders.run, `${program.name}.json`);
  writeFileSync(identityPath, JSON.stringify(identity));
  return { name: program.name, identity, logPath, identityPath, ended, hasEnded: () => over };
}

/** Waits until the process answers. If it ends or the time is over, the error holds the last lines of its log. */
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
  const ending = await running.ended;
  rmSync(running.identityPath, { force: true });
  return new StackFailure(
    `${running.name} ${ending}; its log is ${running.logPath}.`,
    logTail(running.logPath, shownLogLines),
  );
}
