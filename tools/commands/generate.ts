import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { commands } from '../command-line/commands.ts';
import { readCommandLine } from '../../src/composition/command-line/read-command-line.ts';
import { checkOpenApi } from '../contract/check-documents.ts';
import { ContractError } from '../contract/contract-error.ts';
import { contractFiles } from '../contract/contract-files.ts';
import { kafkaRightsPage } from '../../src/composition/kafka-rights.ts';
import { configurationPage } from '../../src/config-markdown.ts';
import { nodeFlags } from '../../stack/run-node.ts';

// `npm run generate` writes the files that follow from schemas/, the settings and the domain; `--check` only fails on drift.

const root = join(import.meta.dirname, '..', '..');

const currentText = (path: string): string | null => (existsSync(path) ? readFileSync(path, 'utf8') : null);

/** A page that a program of its own prints, because no room may import test/. */
const printedBy = (program: string): string =>
  execFileSync(process.execPath, [...nodeFlags, join(root, program)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });

/** With `--check` it reports drift, else it writes the changed file. */
function update(files: Readonly<Record<string, string>>, check: boolean): readonly string[] {
  const drifted = Object.entries(files).filter(([path, text]) => currentText(join(root, path)) !== text);
  if (check) return drifted.map(([path]) => driftOf(path));
  for (const [path, text] of drifted) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(`Written: ${path}`);
  }
  return [];
}

/** The domain runs with the generated contract, so that is written first. */
async function generate(check: boolean): Promise<readonly string[]> {
  const pages = { 'docs/configuration.md': configurationPage(), 'docs/generated/kafka-rights.md': kafkaRightsPage() };
  const complaints = update({ ...(await contractFiles(root)), ...pages }, check);
  if (complaints.length > 0) return complaints;
  const printed = {
    'docs/generated/states.md': printedBy('test/support/state-diagrams/main.ts'),
    'docs/law.md': printedBy('test/support/law/main.ts'),
  };
  return [...update(printed, check), ...checkOpenApi(root)];
}

const driftOf = (path: string): string =>
  `${path} does not follow from its sources any more: run \`npm run generate\`.`;

/** A mistake in the contract is reported as a sentence, without a stack trace. */
function messageOf(error: unknown): readonly string[] {
  if (error instanceof ContractError) return [error.message];
  throw error;
}

const { values } = readCommandLine(commands.generate);
const complaints = await generate(values.check === true).catch(messageOf);
for (const violation of complaints) console.error(violation);
process.exitCode = complaints.length > 0 ? 1 : 0;
