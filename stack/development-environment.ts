import { join } from 'node:path';
import type { StackAddresses } from './embedded-stack.ts';
import type { Ports } from './ports.ts';
import { type Security, securityEnvironment } from './secure/security.ts';
import type { Secrets } from './secrets.ts';

type Facts = {
  readonly mode: 'development' | 'test';
  readonly data: string;
  readonly ports: Ports;
  readonly addresses: StackAddresses;
  readonly secrets: Secrets;
  readonly security: Security | null;
};

const shopId = '100500';
const shopKey = 'test_sandbox';

/** The environment of all our processes, in one table. What is missing here has the default of src/config.ts. */
export function developmentEnvironment({
  mode,
  data,
  ports,
  addresses,
  secrets,
  security,
}: Facts): Record<string, string> {
  const api = `http://127.0.0.1:${ports.api}`;
  const sandbox = `http://127.0.0.1:${ports.sandbox}`;
  return {
    BILLING_ENV: mode,
    PROJECT_HOST: '127.0.0.1',
    PROJECT_PORT: String(ports.api),
    ...addresses,
    ...securityEnvironment(security),
    ...secrets,
    YOOKASSA_API_URL: `${sandbox}/v3`,
    YOOKASSA_SHOP_ID: shopId,
    YOOKASSA_API_KEY: shopKey,
    YOOKASSA_RETURN_URL: `${api}/return`,
    YOOKASSA_NOTIFICATION_ADDRESSES: '127.0.0.1,::1',
    RETURN_URL_ORIGINS: `${api},http://localhost:${ports.api}`,
    TEST_CLOCKS: 'true',
    // The compile cache saves a quarter of the time in which the four processes load their code.
    NODE_COMPILE_CACHE: join(data, 'node-cache'),
    // Two malloc arenas. The default is eight per core, and an arena rarely returns memory to the system.
    MALLOC_ARENA_MAX: '2',
    SANDBOX_HOST: '127.0.0.1',
    SANDBOX_PORT: String(ports.sandbox),
    SANDBOX_DATA_DIR: join(data, 'sandbox'),
    SANDBOX_SHOPS: `${shopId}:${shopKey}`,
    SANDBOX_NOTIFICATION_URL: `${api}/api/v1/notifications/yookassa/${secrets.YOOKASSA_NOTIFICATION_SECRET}`,
  };
}

/** What a process needs of the machine. A setting of ours that the user's shell holds must not get through. */
const machineNames = [
  ...['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL', 'TZ', 'CI', 'NODE_EXTRA_CA_CERTS'],
  // Where a maintainer has a copy of the provider's OpenAPI file, which is not ours to pass on (sandbox/README.md).
  'TEST_YOOKASSA_OPENAPI',
];

/** Tests take every setting from the table. */
export function isolated(table: NodeJS.ProcessEnv, machine: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(machine).filter(([name]) => machineNames.includes(name));
  return { ...Object.fromEntries(kept), ...table };
}

/** In development a value that the user has set replaces that of the table; an empty value counts as not set. */
export function overridable(table: NodeJS.ProcessEnv, machine: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...table, ...Object.fromEntries(Object.entries(machine).filter(([, value]) => value !== '')) };
}
