import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findPython } from '../../stack/python.ts';
import { removeDataDirs, startTestSandbox, type TestSandbox } from './test-sandbox.ts';

const run = promisify(execFile);
const here = import.meta.dirname;
const python = findPython();
const requirements = join(here, 'python-sdk/requirements.txt');
/** A first download of ten small packages over a slow line; later runs find them in the cache. */
const INSTALL_TIMEOUT_MS = 240_000;
const SESSION_TIMEOUT_MS = 60_000;

/** Puts the library into the user's cache, once per list of versions and Python. */
const installLibrary = async (): Promise<string> => {
  const { stdout: interpreter } = await run(python, ['--version']);
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'cinema-billing');
  const version = createHash('sha256')
    .update(readFileSync(requirements))
    .update(interpreter)
    .digest('hex')
    .slice(0, 16);
  const folder = join(cache, `python-sdk-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const building = mkdtempSync(join(cache, 'building-'));
  const pip = ['-m', 'pip', 'install', '--quiet', '--target', building, '--requirement', requirements];
  await run(python, pip, { env: { ...process.env, PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0' } });
  try {
    renameSync(building, folder);
  } catch (error) {
    // Another run may have been faster; then its copy is as good as ours.
    rmSync(building, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
};

let sandbox: TestSandbox;
let library: string;
beforeAll(async () => {
  library = await installLibrary();
  sandbox = await startTestSandbox();
}, INSTALL_TIMEOUT_MS);
afterAll(async () => {
  await sandbox.stop();
  removeDataDirs();
});

test(
  "the provider's own Python library works against the sandbox, unmodified",
  async () => {
    const env = { PATH: process.env['PATH'], PYTHONPATH: library, PYTHONDONTWRITEBYTECODE: '1' };
    const { stdout } = await run(python, [join(here, 'python-sdk/session.py'), sandbox.url], { env });
    expect(JSON.parse(stdout)).toEqual({
      shop: ['100500', true, ['bank_card', 'yoo_money']],
      created: ['pending', true, false, '42', true],
      replayed: true,
      paid: ['succeeded', '286.23', true, 'active', '4642', true],
      notified: true,
      declined: ['canceled', 'payment_network', 'insufficient_funds', true],
      refunded: ['succeeded', '100.00', true, [true], '100.00'],
      listed: [true, true, null],
      captured: ['waiting_for_capture', 'succeeded'],
      canceled: ['waiting_for_capture', 'canceled'],
      bound: ['pending', 'active'],
      refusals: [
        ['BadRequestError', 'invalid_request', 'amount.value'],
        ['BadRequestError', 'invalid_request', 'Idempotence-Key'],
        ['NotFoundError', 'not_found', 'payment_id'],
        ['UnauthorizedError', 'invalid_credentials', null],
      ],
    });
  },
  SESSION_TIMEOUT_MS,
);
