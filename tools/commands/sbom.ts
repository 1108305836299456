import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from '../command-line/commands.ts';
import { readCommandLine } from '../../src/composition/command-line/read-command-line.ts';
import { projectRoot } from '../../stack/folders.ts';

type Bill = { readonly metadata: { readonly component: object } };

readCommandLine(commands.sbom);

/** From the lock file alone, as `npm ci` in the Dockerfile installs it. */
const args = ['sbom', '--package-lock-only', '--omit=dev', '--omit=optional', '--sbom-format=cyclonedx'];
/** The list is 150 kB long. */
const outputMax = 16 * 1024 * 1024;

const { status, error, stdout } = spawnSync('npm', args, {
  cwd: projectRoot,
  encoding: 'utf8',
  maxBuffer: outputMax,
  stdio: ['ignore', 'pipe', 'inherit'],
});
if (error !== undefined) console.error(`npm could not be run: ${error.message}`);
if (status === 0) console.log(JSON.stringify(named(JSON.parse(stdout) as Bill), null, 2));
process.exitCode = status ?? 1;

/** npm names the project after the folder that it lies in, which is another one in every clone. */
function named(bill: Bill): Bill {
  const { name } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { name: string };
  const { metadata } = bill;
  return { ...bill, metadata: { ...metadata, component: { ...metadata.component, type: 'application', name } } };
}
