import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Secrets that a development machine generates once; a value of the environment comes first. */
const generators = {
  JWT_SECRET_KEY: () => randomBytes(48).toString('base64url'),
  ENCRYPTION_KEY: () => randomBytes(32).toString('base64'),
  YOOKASSA_NOTIFICATION_SECRET: () => randomBytes(24).toString('hex'),
} as const;

export type Secrets = Readonly<Record<keyof typeof generators, string>>;

/** The secrets of this data folder. They are kept, so that old tokens and encrypted requests stay valid after a restart. */
export function developmentSecrets(data: string, environment: NodeJS.ProcessEnv): Secrets {
  const path = join(data, 'development.env');
  const stored = existsSync(path) ? parse(readFileSync(path, 'utf8')) : new Map<string, string>();
  const kept = {
    JWT_SECRET_KEY: stored.get('JWT_SECRET_KEY') ?? generators.JWT_SECRET_KEY(),
    ENCRYPTION_KEY: stored.get('ENCRYPTION_KEY') ?? generators.ENCRYPTION_KEY(),
    YOOKASSA_NOTIFICATION_SECRET:
      stored.get('YOOKASSA_NOTIFICATION_SECRET') ?? generators.YOOKASSA_NOTIFICATION_SECRET(),
  };
  if (Object.keys(kept).some((name) => !stored.has(name))) writeFileSync(path, print(kept), { mode: 0o600 });
  return {
    // One kind of keys only: with published keys of the auth service, there is no secret to share.
    JWT_SECRET_KEY: environment['JWT_SECRET_KEY'] ?? (environment['JWT_JWKS_URL'] ? '' : kept.JWT_SECRET_KEY),
    ENCRYPTION_KEY: environment['ENCRYPTION_KEY'] ?? kept.ENCRYPTION_KEY,
    YOOKASSA_NOTIFICATION_SECRET: environment['YOOKASSA_NOTIFICATION_SECRET'] ?? kept.YOOKASSA_NOTIFICATION_SECRET,
  };
}

function parse(text: string): Map<string, string> {
  const pairs = text.split('\n').map((line) => /^(\w+)=(.*)$/.exec(line));
  return new Map(pairs.flatMap((match) => (match ? [[match[1] ?? '', match[2] ?? '']] : [])));
}

function print(secrets: Secrets): string {
  const lines = Object.entries(secrets).map(([name, value]) => `${name}=${value}\n`);
  return `# Made by npm start for this machine alone; npm run reset removes it.\n${lines.join('')}`;
}
