import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import asyncapi from '@asyncapi/parser';

/** Linting one document takes two seconds; after a minute it hangs. */
const lintTimeoutMs = 60_000;
/** The parser's scale: 0 is an error, 1 a warning; higher numbers are advice. */
const complaints: readonly number[] = [0, 1];

/** The errors in the text of asyncapi.yaml and in the schemas that it refers to from `path`. */
export async function checkAsyncApi(text: string, path: string): Promise<readonly string[]> {
  const found = await new asyncapi.Parser().validate(text, { source: path });
  return found
    .filter(({ severity }) => complaints.includes(severity))
    .map(({ path: where, message }) => `${path}: ${where.join('.')}: ${message}`);
}

/** The errors in openapi.yaml, its `$ref`s into schemas/ resolved. */
export function checkOpenApi(root: string): readonly string[] {
  const path = join(root, 'schemas', 'openapi.yaml');
  const lint = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules', '@redocly', 'cli', 'bin', 'cli.js'),
      ...['lint', path, '--config', join(root, 'schemas', 'redocly.yaml')],
    ],
    {
      encoding: 'utf8',
      timeout: lintTimeoutMs,
      env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    },
  );
  if (lint.status === 0) return [];
  return [`${path} does not pass the lint:`, lint.stdout, lint.stderr, lint.error?.message ?? ''].filter(Boolean);
}
