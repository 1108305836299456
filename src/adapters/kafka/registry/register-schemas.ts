import type { RegisteredSchema } from '../../../messages/registered-schemas.ts';
import type { RegistryAddress } from './registry.ts';
import { registrySettings } from '../client/settings.ts';

const conflict = 409;
const notFound = 404;
const proofOf = ({ user }: RegistryAddress): Record<string, string> =>
  user === null
    ? {}
    : { authorization: `Basic ${Buffer.from(`${user.username}:${user.password}`).toString('base64')}` };

const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' };

type Ask = { readonly method: string; readonly path: string; readonly body: unknown };
type Answer = { readonly status: number; readonly text: string };

/** One request below the address of the registry. */
async function call(address: RegistryAddress, { method, path, body }: Ask): Promise<Answer> {
  const url = `${address.url}${path}`;
  const signal = AbortSignal.timeout(registrySettings.timeoutMs);
  try {
    const response = await fetch(url, {
      method,
      headers: { ...headers, ...proofOf(address) },
      body: JSON.stringify(body),
      signal,
    });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    throw new Error(`The schema registry at ${url} did not answer.`, { cause: error });
  }
}

function refuse({ status, text }: Answer, what: string): void {
  if (status >= 400) throw new Error(`The schema registry refused ${what} (${status}): ${text}`);
}

async function register(address: RegistryAddress, { subject, text }: RegisteredSchema): Promise<boolean> {
  const name = encodeURIComponent(subject);
  const base = `/subjects/${name}`;
  const schema = { schemaType: 'JSON', schema: text };
  // Looked up first: an older version is fine beside a newer one, but registering it again would fail the check.
  const known = await call(address, { method: 'POST', path: base, body: schema });
  if (known.status !== notFound) {
    refuse(known, `to look ${subject} up`);
    return false;
  }
  // The rule is set before the first version: otherwise a crash in between would make a subject without a rule.
  refuse(
    await call(address, { method: 'PUT', path: `/config/${name}`, body: { compatibility: 'BACKWARD' } }),
    `the compatibility rule of ${subject}`,
  );
  const answer = await call(address, { method: 'POST', path: `${base}/versions`, body: schema });
  if (answer.status === conflict) {
    throw new Error(
      `The schema of ${subject} is not backward compatible with its registered version. A published schema is never ` +
        `edited: add optional fields, or publish v2 beside it. The registry says: ${answer.text}`,
    );
  }
  refuse(answer, `the schema of ${subject}`);
  return true;
}

/** The deploy step: registers each schema under the BACKWARD rule, in order. Returns the new ones; may be repeated. */
export async function registerSchemas(
  address: RegistryAddress,
  schemas: readonly RegisteredSchema[],
): Promise<readonly string[]> {
  const registered: string[] = [];
  for (const schema of schemas) if (await register(address, schema)) registered.push(schema.schemaName);
  return registered;
}
