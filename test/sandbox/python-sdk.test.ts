import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { installPythonLibrary, installTimeoutMs, python } from '../support/python-library.ts';
import { removeDataDirs, startTestSandbox, type TestSandbox } from './test-sandbox.ts';

const run = promisify(execFile);
const here = import.meta.dirname;
const requirements = join(here, 'python-sdk/requirements.txt');
const sessionTimeoutMs = 60_000;

let sandbox: TestSandbox;
let library: string;
beforeAll(async () => {
  library = await installPythonLibrary('python-sdk', requirements);
  sandbox = await startTestSandbox();
}, installTimeoutMs);
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
      linked: ['pending', 'active'],
      refusals: [
        ['BadRequestError', 'invalid_request', 'amount.value'],
        ['BadRequestError', 'invalid_request', 'Idempotence-Key'],
        ['NotFoundError', 'not_found', 'payment_id'],
        ['UnauthorizedError', 'invalid_credentials', null],
      ],
    });
  },
  sessionTimeoutMs,
);
