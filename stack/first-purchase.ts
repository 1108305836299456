import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { nodeFlags } from './run-node.ts';

/** The API has just answered its health; past this it hangs, and the screen does without. */
const ANSWER_TIMEOUT_MS = 2000;

/** A ready-made purchase: every id in it is one that the running API knows. */
export async function firstPurchase(api: string, userId: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const tariff = await firstOf(`${api}api/v1/tariffs`, 'id');
  const paySystem = await firstOf(`${api}api/v1/pay-systems`, 'alias');
  const token = developmentToken(userId, environment) ?? '<npm run -s token -- --user UUID>';
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
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    const list: unknown = await answer.json();
    const first: unknown = Array.isArray(list) ? list[0] : undefined;
    const value: unknown = typeof first === 'object' && first !== null ? Reflect.get(first, field) : undefined;
    return typeof value === 'string' ? value : missing;
  } catch {
    return missing;
  }
}

/** Made by the command that the screen names, in a process whose environment is the services' own. */
function developmentToken(userId: string, environment: NodeJS.ProcessEnv): string | undefined {
  const program = join(import.meta.dirname, 'commands/token.ts');
  if (!existsSync(program)) return undefined;
  const asked = [...nodeFlags, program, '--user', userId];
  const made = spawnSync(process.execPath, asked, { env: environment, encoding: 'utf8' });
  return made.status === 0 ? made.stdout.trim().split('\n').at(-1) : undefined;
}
