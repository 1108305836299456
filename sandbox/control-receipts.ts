import { changeSettings, readSettings } from './clock.ts';
import { bad, readCount } from './control-values.ts';
import type { Sandbox } from './sandbox.ts';
import type { JsonObject } from './types.ts';

/** A month: a cash register that was forgotten. */
const maxDelayMs = 31 * 86_400_000;

/** How long the registration of later receipts takes, and whether the next one fails. */
export function scriptReceipts({ store }: Sandbox, body: JsonObject): unknown {
  const { next = null } = body;
  if (next !== null && next !== 'canceled') throw bad('"next" must be null or canceled');
  const receiptDelayMs = readCount('delay_ms', body['delay_ms'], readSettings(store).receiptDelayMs, maxDelayMs);
  changeSettings(store, { nextReceipt: next, receiptDelayMs });
  return { next, delay_ms: receiptDelayMs };
}
