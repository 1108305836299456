import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { commands } from '../command-line/commands.ts';
import { readCommandLine } from '../../src/composition/command-line/read-command-line.ts';
import { projectRoot } from '../../stack/folders.ts';
import { nodeFlags } from '../../stack/run-node.ts';
import { secondsSince } from '../../stack/services.ts';

readCommandLine(commands.check);

type Check = { readonly name: string; readonly program: string; readonly args: readonly string[] };

/** The smallest supported machine has two cores, and each check uses one. */
const parallelChecks = 2;

const rooms = ['src', 'consumers', 'jobs', 'sandbox', 'stack', 'tools', 'test', 'bench'];

/** The slow checks come first, so that neither core is idle at the end. */
const checks: readonly Check[] = [
  { name: 'lint', program: 'node_modules/eslint/bin/eslint.js', args: ['.', '--max-warnings', '0'] },
  { name: 'types', program: 'node_modules/typescript/bin/tsc', args: ['--noEmit'] },
  { name: 'format', program: 'node_modules/prettier/bin/prettier.cjs', args: ['--check', '--log-level', 'warn', '.'] },
  { name: 'rooms', program: 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs', args: rooms },
  { name: 'unused code', program: 'node_modules/knip/bin/knip.js', args: ['--no-progress'] },
  { name: 'schema and documentation drift', program: 'tools/commands/generate.ts', args: ['--check'] },
];

const waiting = [...checks];
const failed: string[] = [];
await Promise.all(Array.from({ length: parallelChecks }, worker));
console.log(failed.length === 0 ? 'All checks passed.' : `Failed: ${failed.join(', ')}.`);
process.exitCode = failed.length === 0 ? 0 : 1;

async function worker(): Promise<void> {
  for (let check = waiting.shift(); check; check = waiting.shift()) {
    const startedMs = performance.now();
    const { code, output } = await run(check);
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${check.name} (${secondsSince(startedMs)} s)`);
    if (code === 0) continue;
    failed.push(check.name);
    console.log(output.replace(/^/gm, '  ').trimEnd());
  }
}

function run({ program, args }: Check): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(process.execPath, [...nodeFlags, join(projectRoot, program), ...args], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, output: error.message }));
    child.once('close', (code) => resolve({ code, output }));
  });
}
