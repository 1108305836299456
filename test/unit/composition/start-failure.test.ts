import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const program = `
import { runProcess } from '${join(process.cwd(), 'src/composition/run-process.ts')}';
import { Fault } from '${join(process.cwd(), 'src/application/ports/faults.ts')}';
const fails = (message) => () => Promise.reject(new Fault('migration_failed', message, { retryable: false }));
await runProcess('migrate', {}, fails(\`topics\\n\${'x'.repeat(600)}\\nhttps://reader:registry-word@registry.example/subjects: 401 for \${process.env.KAFKA_PASSWORD}\`));
`;

test('a failure at the start names no credential, on stderr too, and comes whole', async () => {
  const env = { BILLING_ENV: 'development', KAFKA_USERNAME: 'billing', KAFKA_PASSWORD: 'kafka-word-of-ours' };
  const { code, stderr, stdout } = await new Promise<{ code: unknown; stderr: string; stdout: string }>((resolve) => {
    const args = ['--no-warnings', '--input-type=module', '-e', program];
    execFile(process.execPath, args, { env }, (error, out, err) =>
      resolve({ code: error?.code, stderr: err, stdout: out }),
    );
  });
  expect(code).toBe(1);
  expect(stderr).toContain('registry.example/subjects: 401');
  for (const secret of ['registry-word', 'kafka-word']) {
    expect(stderr).not.toContain(secret);
    expect(stdout).not.toContain(secret);
  }
}, 30_000);
