import { randomUUID } from 'node:crypto';
import { pause } from '../pause.ts';
import type { Shop } from './buyers.ts';

/** Several times what one person may, at each process of the API. */
const everyMs = 40;
/** Long enough that the two seconds' worth at once weigh little; it takes time from the others. */
const insistsMs = 60_000;

export type Insisted = { readonly asked: number; readonly passed: number; readonly seconds: number };
/** One person asks all processes of the API far more often than a person may. */
export async function insist({ apis, tokenOf }: Shop, signal: AbortSignal): Promise<Insisted> {
  const userId = randomUUID();
  const headers = { Authorization: `Bearer ${await tokenOf(userId)}`, Accept: 'application/json' };
  const startedMs = performance.now();
  let asked = 0;
  let passed = 0;
  async function ask(api: string): Promise<void> {
    asked += 1;
    try {
      const answer = await fetch(`${api}/api/v1/entitlements/${userId}`, { headers });
      await answer.body?.cancel();
      if (answer.ok) passed += 1;
    } catch {
      // No answer has let nothing through.
    }
  }
  const elapsedMs = (): number => performance.now() - startedMs;
  const askOne = async (api: string): Promise<void> => {
    while (elapsedMs() < insistsMs) await Promise.all([ask(api), pause(everyMs, signal)]);
  };
  await Promise.all(apis.map(askOne));
  return { asked, passed, seconds: elapsedMs() / 1_000 };
}
