import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../stack/folders.ts';
import { nodeFlags } from '../../stack/run-node.ts';
import { waitUntil } from '../../stack/wait-until.ts';

const outputBytes = 16 * 2 ** 20;
const peerTimeoutMs = 300_000;
const ready = { timeoutMs: 30_000, intervalMs: 50 };

const program = (name: string, args: readonly unknown[]): string[] => [
  ...nodeFlags,
  join(projectRoot, 'bench/peers', `${name}.ts`),
  ...args.map(String),
];

/** Runs a peer as a process of its own, on one core or on all, and returns its last line, which is what it measured. */
export async function runPeer<Result>(
  name: string,
  args: readonly unknown[],
  env: NodeJS.ProcessEnv,
  core: number | null = null,
): Promise<Result> {
  const options = { env, maxBuffer: outputBytes, timeout: peerTimeoutMs };
  const [command, ...before] =
    core === null ? ([process.execPath] as const) : (['taskset', '-c', String(core), process.execPath] as const);
  const { stdout } = await promisify(execFile)(command, [...before, ...program(name, args)], options);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Result;
}

/** Starts a peer that serves until it is killed. */
export async function startPeer(name: string, port: number, env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const child = spawn(process.execPath, program(name, [port]), { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const answers = async (): Promise<boolean> => {
    const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null);
    return answer?.ok === true;
  };
  if (!(await waitUntil(answers, ready))) {
    child.kill();
    throw new Error(`the peer ${name} did not start`);
  }
  return child;
}
