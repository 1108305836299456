import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

/** Secrets that a development machine generates once; a value of the environment comes first. */
const generators = {
  JWT_SECRET_KEY: () => randomBytes(48).toString('base64url'),
  ENCRYPTION_KEY: () => randomBytes(32).toString('base64'),
  YOOKASSA_NOTIFICATION_SECRET: () => randomBytes(24).toString('hex'),
} as const;

type SecretName = keyof typeof generators;
export type Secrets = Readonly<Record<SecretName, string>>;

const secretsBy = (choose: (name: SecretName, generate: () => string) => string): Secrets =>
  Object.fromEntries(
    Object.entries(generators).map(([name, generate]) => [name, choose(name as SecretName, generate)]),
  ) as Secrets;

/** The secrets of this data folder. They are kept, so that old tokens and encrypted requests stay valid after a restart. */
export function developmentSecrets(data: string, environment: NodeJS.ProcessEnv): Secrets {
  const path = join(data, 'development.env');
  const stored = existsSync(path) ? parseEnv(readFileSync(path, 'utf8')) : {};
  const kept = secretsBy((name, generate) => stored[name] ?? generate());
  if (Object.keys(kept).some((name) => !(name in stored))) writeFileSync(path, print(kept), { mode: 0o600 });
  // One kind of keys only: with published keys of the auth service, there is no secret to share.
  const shared = environment['JWT_JWKS_URL'] ? { ...kept, JWT_SECRET_KEY: '' } : kept;
  return secretsBy((name) => environment[name] ?? shared[name]);
}

function print(secrets: Secrets): string {
  const lines = Object.entries(secrets).map(([name, value]) => `${name}=${value}\n`);
  return `# Made by npm start for this machine alone; npm run reset removes it.\n${lines.join('')}`;
}
