import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning, ownerOf } from './exclusive-file.mjs';
import type { ProcessIdentity } from './exclusive-file.d.mts';
import type { Folders } from './folders.ts';
import { endingOrder, type ProgramName } from './launch.ts';
import { waitUntil } from './wait-until.ts';

/**
 * How long each process may take to end before it is killed. The sum without dockerd, which `npm start` never runs, is 18 s,
 * which keeps the promise of 20 s even if all of them hang. Our services get time to release what they hold; a killed Kafka or mongod only starts more slowly.
 */
const graceMs: Readonly<Record<ProgramName, number>> = {
  api: 3000,
  consumers: 4000,
  jobs: 2000,
  sandbox: 1000,
  registry: 2500,
  kafka: 3000,
  mongod: 2500,
  // It first ends what containers a killed run has left, which have a minute.
  dockerd: 70_000,
};
const killWaitMs = 1000;
const pollMs = 20;

/** Ends the processes that the run folder names, in order, and returns the names of those that were still running. */
export async function endRecordedProcesses(folders: Folders): Promise<readonly ProgramName[]> {
  const ended: ProgramName[] = [];
  for (const name of endingOrder) {
    const path = join(folders.run, `${name}.json`);
    if (!existsSync(path)) continue;
    const identity = ownerOf(path);
    if (identity) {
      await endProcess(identity, graceMs[name]);
      ended.push(name);
    }
    rmSync(path, { force: true });
  }
  return ended;
}

/** Sends SIGTERM, waits, and then SIGKILL. Never signals another process that was given the same pid. */
export async function endProcess(identity: ProcessIdentity, withinMs: number): Promise<void> {
  const isGone = (): boolean => !isRunning(identity);
  signalIfRunning(identity, 'SIGTERM');
  if (await waitUntil(isGone, { timeoutMs: withinMs, intervalMs: pollMs })) return;
  signalIfRunning(identity, 'SIGKILL');
  await waitUntil(isGone, { timeoutMs: killWaitMs, intervalMs: pollMs });
}

function signalIfRunning(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isRunning(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch (error) {
    // The process ended between the check and the signal.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
