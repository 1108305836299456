import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkAsyncApi, checkOpenApi } from '../contract/check-documents.ts';
import { readContract } from '../contract/read-contract.ts';
import { renderContract } from '../contract/render-contract.ts';
import { renderEventsPage } from '../contract/render-events-page.ts';
import { renderTypes } from '../contract/render-types.ts';
import { nodeFlags } from '../../stack/run-node.ts';

// `npm run generate` writes what follows from schemas/ and from the rules; with `--check` it writes nothing and fails on drift.

const root = join(import.meta.dirname, '..', '..');
const asyncApiPath = join(root, 'schemas', 'asyncapi.yaml');

function currentText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** The rules are walked through by a program of its own, for nobody imports test/. */
const renderStatesPage = (): string =>
  execFileSync(process.execPath, [...nodeFlags, join(root, 'test/support/state-diagrams/main.ts')], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });

async function generate(check: boolean): Promise<readonly string[]> {
  const broken = await checkAsyncApi(asyncApiPath);
  if (broken.length > 0) return broken;
  const channels = readContract(asyncApiPath);
  const files = {
    'src/messages/generated/contract.ts': renderContract(channels),
    'src/messages/generated/received.ts': await renderTypes(channels),
    'docs/generated/events.md': renderEventsPage(channels),
    'docs/generated/states.md': renderStatesPage(),
  };
  const drifted = Object.entries(files).filter(([path, text]) => currentText(join(root, path)) !== text);
  if (check) return [...drifted.map(([path]) => driftOf(path)), ...checkOpenApi(root)];
  for (const [path, text] of drifted) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(`Written: ${path}`);
  }
  return checkOpenApi(root);
}

const driftOf = (path: string): string =>
  `${path} does not follow from its sources any more: run \`npm run generate\`.`;

const complaints = await generate(process.argv.includes('--check'));
for (const violation of complaints) console.error(violation);
process.exitCode = complaints.length > 0 ? 1 : 0;
