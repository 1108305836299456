import { createDevelopmentToken } from '../../src/composition/development-token.ts';

/** The API has just answered its health check; past this it hangs, and the screen omits the purchase. */
const answerTimeoutMs = 2000;

/** A complete curl command: the running API knows every id in it. */
export async function firstPurchase(api: string, userId: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const tariff = await firstOf(`${api}api/v1/tariffs`, 'id');
  const paySystem = await firstOf(`${api}api/v1/pay-systems`, 'alias');
  const token = await createDevelopmentToken({ userId }, environment);
  return [
    `curl -X POST ${api}api/v1/subscriptions/${paySystem}/buy \\`,
    `  -H 'Accept: application/json' -H 'Content-Type: application/json' \\`,
    `  -H 'Authorization: Bearer ${token}' \\`,
    `  -d '{"tariff_id": "${tariff}", "renew": true}'`,
  ].join('\n    ');
}

async function firstOf(url: string, field: string): Promise<string> {
  const missing = `<${field} from ${url}>`;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(answerTimeoutMs) });
    const list: unknown = await answer.json();
    const first: unknown = Array.isArray(list) ? list[0] : undefined;
    const value: unknown = typeof first === 'object' && first !== null ? Reflect.get(first, field) : undefined;
    return typeof value === 'string' ? value : missing;
  } catch {
    return missing;
  }
}
