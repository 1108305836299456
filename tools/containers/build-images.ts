import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { System } from '../../stack/embedded-stack.ts';
import { projectRoot } from '../../stack/folders.ts';
import { secondsSince } from '../../stack/services.ts';
import type { Docker } from './docker.ts';

const developmentImage = 'cinema-billing:local';
export const productionImage = 'cinema-billing:trial';
/** `npm ci` took a minute and a half on a loaded machine. */
const buildTimeoutMs = 10 * 60_000;

/** The labels of a release, by the commands of docs/operations.md. */
async function buildArguments({ run }: Docker): Promise<Readonly<Record<string, string>>> {
  const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string };
  const revision = await run('git', ['rev-parse', 'HEAD'], { log: 'build', timeoutMs: 10_000 }).catch(() => 'unknown');
  // Any address will do, as what is tried is that the label has it.
  return { VERSION: version, REVISION: revision.trim(), SOURCE: 'https://git.example/cinema-billing' };
}

/** Builds both targets of the Dockerfile. */
export async function buildImages(docker: Docker, { say }: System): Promise<Readonly<Record<string, string>>> {
  const startedMs = performance.now();
  const given = await buildArguments(docker);
  const labels = Object.entries(given).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
  const build = (args: readonly string[]): Promise<string> =>
    docker.docker(['build', '--network', 'host', ...args, '.'], { log: 'build', timeoutMs: buildTimeoutMs });
  await build([...labels, '--tag', productionImage]);
  await build(['--target', 'development', '--tag', developmentImage]);
  say(`  images built from the Dockerfile in ${secondsSince(startedMs)} s`);
  return given;
}
