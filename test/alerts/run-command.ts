import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../stack/folders.ts';
import { nodeFlags } from '../../stack/run-node.ts';
import { commandsIn } from '../support/documented-commands.ts';
import type { Words } from './row.ts';
import type { Stage } from './stage.ts';

/** A comparison or a list of a small system takes seconds. */
const commandMsMax = 120_000;

export const pageText = (path: string): string => readFileSync(join(projectRoot, 'docs', path), 'utf8');

/** Each capital word of a documented command stands for something; one that has no meaning here is null. */
export function fillIn(command: string, words: Words): string | null {
  const known: Words = { TEXT: 'tried', DATE: '2026-11-20', ...words };
  const parts = command.split(' ').map((part) => (/^[A-Z]{2,}$/.test(part) ? (known[part] ?? null) : part));
  return parts.includes(null) ? null : parts.join(' ');
}

export type Ran = { readonly command: string; readonly code: number; readonly output: string };

/** Runs a documented command of ours as it stands: `npm run NAME -- ARGUMENTS`. */
export async function runCommand({ environment, system }: Stage, command: string): Promise<Ran> {
  const [, , name = '', , ...args] = command.split(' ');
  const child = spawn(process.execPath, [...nodeFlags, join(projectRoot, 'tools/commands', `${name}.ts`), ...args], {
    cwd: projectRoot,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: AbortSignal.any([system.signal, AbortSignal.timeout(commandMsMax)]),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (ended) => resolve(ended ?? -1));
  });
  return { command, code, output };
}

/** Runs the command of a page that begins so, with its capitals filled in; returns what it prints. */
export async function obeyPage(stage: Stage, path: string, beginning: string, words: Words): Promise<string> {
  const found = commandsIn(pageText(path)).find((command) => command.startsWith(beginning));
  const command = found === undefined ? null : fillIn(found, words);
  if (command === null) throw new Error(`docs/${path} has no such command that can be filled in: ${beginning}`);
  const { code, output } = await runCommand(stage, command);
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${output}`);
  return output;
}
