import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Folders, projectRoot } from '../../stack/folders.ts';
import { nodeFlags } from '../../stack/run-node.ts';
import { lostRun, type Tally, tallyOf } from './test-tally.ts';

export type JestRun = {
  readonly name: string;
  readonly testFolders: readonly string[];
  readonly patterns: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly folders: Folders;
  /** Suites that share the running system must not run at the same time. */
  readonly serial: boolean;
  /** It yields the processor to everything else, and prints when it has ended, so that no other output is torn. */
  readonly isBeside: boolean;
  readonly signal: AbortSignal;
};

/**
 * A process group of its own is a session of its own. Where Linux schedules by session, the priority of a process counts inside
 * its session only, and the session has a priority too.
 */
function yieldToOthers(pid: number): void {
  const priority = constants.priority.PRIORITY_LOW;
  setPriority(pid, priority);
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(priority), { flag: 'r+' });
  } catch {
    // Another system, or a read-only /proc: the run goes on, and takes a larger share.
  }
}

/** Runs the suites with their output on the terminal, and returns the counts of jest's report. */
export async function runJest(run: JestRun): Promise<Tally> {
  const report = join(run.folders.data, `jest-${run.name}.json`);
  rmSync(report, { force: true });
  const jest = join(projectRoot, 'node_modules/jest/bin/jest.js');
  const args = [
    ...['--experimental-vm-modules', ...nodeFlags, jest],
    ...['--json', '--outputFile', report],
    ...(run.serial ? ['--runInBand'] : []),
    ...(run.patterns.length > 0 ? ['--passWithNoTests'] : []),
    ...['--roots', ...run.testFolders],
    ...(run.patterns.length > 0 ? ['--testPathPatterns', ...run.patterns] : []),
  ];
  const child = spawn(process.execPath, args, {
    cwd: projectRoot,
    env: run.environment,
    stdio: run.isBeside ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    // A group of its own: jest ends without its workers and what they have started.
    detached: true,
  });
  const endGroup = (): void => {
    if (child.pid !== undefined) process.kill(-child.pid);
  };
  run.signal.addEventListener('abort', endGroup);
  if (run.isBeside && child.pid !== undefined) yieldToOthers(child.pid);
  const { stdout, stderr } = child;
  const output = Promise.all([stdout && text(stdout), stderr && text(stderr)]);
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('exit', resolve);
  });
  run.signal.removeEventListener('abort', endGroup);
  const [said, errors] = await output;
  process.stdout.write(said ?? '');
  process.stderr.write(errors ?? '');
  if (!existsSync(report)) return lostRun;
  const tally = tallyOf(JSON.parse(readFileSync(report, 'utf8')));
  // Jest also fails without a failed test, such as on an error after the last one.
  return code !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
}
