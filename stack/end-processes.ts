import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning, ownerOf } from './exclusive-file.mjs';
import type { ProcessIdentity } from './exclusive-file.d.mts';
import type { Folders } from './folders.ts';
import { endingOrder, type ProgramName } from './launch.ts';
import { waitUntil } from './wait-until.ts';

/**
 * How long each may take to end by itself before it is killed. Together 18 s, which keeps the promise of 20 s even if
 * every one of them hangs. Our services give back what they hold; a killed Kafka or mongod only starts more slowly.
 */
const graceMs: Readonly<Record<ProgramName, number>> = {
  api: 3000,
  consumers: 4000,
  jobs: 2000,
  sandbox: 1000,
  registry: 2500,
  kafka: 3000,
  mongod: 2500,
};
const killWaitMs = 1000;
const pollMs = 20;

/** Ends what the run folder names, in order, and answers who was still running. Used by Ctrl-C, stop and the next start. */
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

/** Asks, waits, and kills as the last resort; never another process that was given the same pid. */
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
    // It ended between the look and the signal, which is what we wanted.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
