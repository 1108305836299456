import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { inspect, promisify } from 'node:util';
import { beforeAll, expect, test } from '@jest/globals';
import { createDevelopmentToken } from '../../src/composition/development-token.ts';
import { installPythonLibrary, installTimeoutMs, python } from '../support/python-library.ts';
import { apiUrl } from '../support/system-client.ts';

const run = promisify(execFile);
const requirements = join(import.meta.dirname, 'schemathesis/requirements.txt');
const sessionTimeoutMs = 180_000;

let library: string;
beforeAll(async () => {
  library = await installPythonLibrary('schemathesis', requirements);
}, installTimeoutMs);

test(
  'the served contract stands up to schemathesis: no 5xx, only documented statuses, types and bodies',
  async () => {
    const token = await createDevelopmentToken({ userId: randomUUID(), superuser: true });
    const checks = [
      'not_a_server_error',
      'status_code_conformance',
      'content_type_conformance',
      'response_schema_conformance',
    ];
    const args = [
      ...['-m', 'schemathesis.cli', 'run', `${apiUrl}/api/openapi.json`, '--url', apiUrl],
      ...['-H', `Authorization: Bearer ${token}`, '-H', 'Prefer: wait=1', '--checks', checks.join(',')],
      // Excluded: an endless stream, and the operation that fails on purpose.
      ...['--exclude-path', '/dev/events', '--exclude-path', '/api/v1/status/sentry-debug'],
      ...['-n', '15', '--seed', '1', '--no-color'],
    ];
    const env = {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      PYTHONPATH: library,
      PYTHONDONTWRITEBYTECODE: '1',
    };
    const { stdout } = await run(python, args, {
      env,
      cwd: process.env['TEST_LOGS_DIR'],
      maxBuffer: 64 << 20,
      timeout: sessionTimeoutMs,
    }).catch((error: unknown) => ({ stdout: inspect(error) }));
    const [, generated = '0', passed = '-1'] = /(\d+) generated, (\d+) passed/.exec(stdout) ?? [];
    // What it found stands before its summary.
    const isClean = passed === generated && Number(generated) > 300;
    expect(isClean ? '' : stdout).toBe('');
  },
  sessionTimeoutMs,
);
