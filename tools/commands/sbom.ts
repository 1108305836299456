import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from '../command-line/commands.ts';
import { readCommandLine } from '../../src/composition/command-line/read-command-line.ts';
import { projectRoot } from '../../stack/folders.ts';

type Bill = {
  readonly metadata: {
    readonly component: { readonly 'bom-ref': string; readonly type: string; readonly name: string };
  };
  readonly components: readonly { readonly 'bom-ref': string }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
};
type Locked = { readonly version: string; readonly dev?: true; readonly optional?: true; readonly devOptional?: true };
type Lock = { readonly packages: Readonly<Record<string, Locked>> };

readCommandLine(commands.sbom);

/**
 * All packages of the lock file. What the Dockerfile does not install is left out below: with `--omit=dev` npm leaves out what a package
 * of development needs as well, and so some forty of the image.
 */
const args = ['sbom', '--package-lock-only', '--include=dev', '--include=optional', '--sbom-format=cyclonedx'];
/** The list is 600 kB long. */
const outputMax = 16 * 1024 * 1024;

const { status, error, stdout } = spawnSync('npm', args, {
  cwd: projectRoot,
  encoding: 'utf8',
  maxBuffer: outputMax,
  stdio: ['ignore', 'pipe', 'inherit'],
});
if (error !== undefined) console.error(`npm could not be run: ${error.message}`);
if (status === 0) console.log(JSON.stringify(named(installed(JSON.parse(stdout) as Bill)), null, 2));
process.exitCode = status ?? 1;

/** As `npm ci` in the Dockerfile installs it. */
function installed(bill: Bill): Bill {
  const { packages } = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8')) as Lock;
  const refs = Object.entries(packages)
    .filter(([, { dev, optional, devOptional }]) => ![dev, optional, devOptional].includes(true))
    .map(([path, { version }]) => `${path.split('node_modules/').at(-1) ?? ''}@${version}`);
  const kept = new Set([bill.metadata.component['bom-ref'], ...refs]);
  return {
    ...bill,
    components: bill.components.filter((one) => kept.has(one['bom-ref'])),
    dependencies: bill.dependencies
      .filter(({ ref }) => kept.has(ref))
      .map((one) => ({ ...one, dependsOn: one.dependsOn.filter((ref) => kept.has(ref)) })),
  };
}

/** npm names the project after the folder that it lies in, which is another one in every clone. */
function named(bill: Bill): Bill {
  const { name } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { name: string };
  const { metadata } = bill;
  return {
    ...bill,
    metadata: { ...metadata, component: { ...metadata.component, type: 'application', name } },
  };
}
