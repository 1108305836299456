import { constants } from 'node:os';
import { endRecordedProcesses } from './end-processes.ts';
import { claimFile, releaseFile } from './exclusive-file.mjs';
import type { System } from './embedded-stack.ts';
import { createFolders, createSecureFolders, type Folders } from './folders.ts';
import { deathOf, type Running } from './launch.ts';
import { ownerPath } from './owner-path.ts';
import type { Ports } from './ports.ts';
import { openSecurity } from './secure/security.ts';
import { StackFailure } from './stack-failure.ts';
import { untilAborted } from './wait-until.ts';

export type Session = {
  readonly data: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly choosePorts: () => Ports | Promise<Ports>;
  /** Servers with TLS, users and rights; their state is kept apart, as it belongs to their users. */
  readonly isSecure?: boolean;
};

/** The customary code of a program that a signal ended is this and the number of the signal. */
const signalExitCode = 128;
const endSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type EndSignal = (typeof endSignals)[number];

/**
 * Runs `work` over a set of processes and returns the exit code:
 * 1. A second run in the same data folder is refused.
 * 2. Processes of a killed earlier run are ended.
 * 3. A signal, or the end of any process, ends the work. The exit code is 0 where the work only waited for the signal, and that
 *    of the signal where it was not done: a test that was stopped has not passed.
 * 4. However the work ended, all processes are ended in order.
 */
export async function supervise(session: Session, work: (system: System) => Promise<void>): Promise<number> {
  const folders = createFolders(session.data);
  const owner = claimFile(ownerPath(folders));
  if (owner)
    return report(
      new StackFailure(
        `cinema-billing is running already (process ${owner.pid}, data in ${session.data}): ` +
          'use it, or end it with Ctrl-C there or with npm stop.',
      ),
    );
  const stop = new AbortController();
  const onSignal = (signal: EndSignal): void => stop.abort(new Stopped(signal));
  for (const signal of endSignals) process.on(signal, onSignal);
  // A closed terminal must not prevent the processes from being ended.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => onSignal('SIGHUP'));
  try {
    await clearLeftovers(folders);
    return await runWatched(session, folders, stop, work);
  } catch (error) {
    return report(error);
  } finally {
    await endRecordedProcesses(folders);
    releaseFile(ownerPath(folders));
  }
}

/** Thrown by a wait when the user asks to stop. */
class Stopped extends Error {
  readonly signal: EndSignal;

  constructor(signal: EndSignal) {
    super(`Stopped by ${signal} before the end.`);
    this.signal = signal;
  }
}

async function runWatched(
  session: Session,
  folders: Folders,
  stop: AbortController,
  work: (system: System) => Promise<void>,
): Promise<number> {
  const deaths = Promise.withResolvers<never>();
  const started: Running[] = [];
  const watch = (running: Running): void => {
    started.push(running);
    void running.ended.then(async () => {
      if (!stop.signal.aborted) deaths.reject(await deathOf(running));
    });
  };
  const { environment } = session;
  const ports = await session.choosePorts();
  stop.signal.throwIfAborted();
  const own = session.isSecure === true ? createSecureFolders(folders) : folders;
  const security = session.isSecure === true ? openSecurity(own.data) : null;
  const working = work({ environment, ports, folders: own, security, signal: stop.signal, say, watch });
  try {
    await Promise.race([working, deaths.promise, untilAborted(stop.signal)]);
  } finally {
    // A start that is still under way sees the abort, so that it launches no process after the others were ended.
    stop.abort();
    if (started.length > 0) say('Ending ...');
    await Promise.allSettled([working]);
  }
  const { reason } = stop.signal as { readonly reason: unknown };
  // After a signal its work fails in many ways, and all mean that it was not done.
  return working.then(
    () => 0,
    () => report(reason),
  );
}

async function clearLeftovers(folders: Folders): Promise<void> {
  const ended = await endRecordedProcesses(folders);
  if (ended.length > 0) say(`Ended processes of an earlier run: ${ended.join(', ')}.`);
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** One sentence for a known failure, the whole error for a bug of ours. */
function report(error: unknown): number {
  if (error instanceof Stopped) {
    process.stderr.write(`${error.message}\n`);
    return signalExitCode + constants.signals[error.signal];
  }
  if (error instanceof StackFailure) {
    for (const line of error.details) process.stderr.write(`  | ${line}\n`);
    process.stderr.write(`\n${error.message}\n`);
    return 1;
  }
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
    process.stderr.write('The disk is full: free some space and start again.\n');
    return 1;
  }
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 1;
}
