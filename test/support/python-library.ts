import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findPython } from '../../stack/python.ts';

const run = promisify(execFile);
export const python = findPython();
/** Time for a first download over a slow line; later runs use the cache. */
export const installTimeoutMs = 240_000;

/** Installs the pinned list into the user's cache, once per list and Python; returns the folder for PYTHONPATH. */
export async function installPythonLibrary(name: string, requirements: string): Promise<string> {
  const { stdout: interpreter } = await run(python, ['--version']);
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'cinema-billing');
  const version = createHash('sha256')
    .update(readFileSync(requirements))
    .update(interpreter)
    .digest('hex')
    .slice(0, 16);
  const folder = join(cache, `${name}-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const building = mkdtempSync(join(cache, 'building-'));
  const pip = ['-m', 'pip', 'install', '--quiet', '--target', building, '--requirement', requirements];
  await run(python, pip, { env: { ...process.env, PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0' } });
  try {
    renameSync(building, folder);
  } catch (error) {
    // Another run may have finished first; its copy is the same.
    rmSync(building, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}
