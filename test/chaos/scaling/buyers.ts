import { randomUUID } from 'node:crypto';
import type { Asked } from '../evidence.ts';
import { pause } from '../pause.ts';

/** As many as the benchmarks of the API have. */
const connections = 64;
/** The API refuses while Kafka is slow; the same key makes the same command. */
const triesMax = 120;
const againMs = 500;

export type Buyers = { readonly buy: (count: number) => Promise<void>; readonly history: readonly Asked[] };

type Heard = { readonly status: number | null; readonly id: string | null };
export type Shop = {
  /** The processes of the API, which take turns. */
  readonly apis: readonly string[];
  readonly tariffId: string;
  readonly tokenOf: (userId: string) => Promise<string>;
};

/** A connection that breaks is no answer; the same key asks again. */
async function send(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<Heard> {
  try {
    const answer = await fetch(url, { method: 'POST', headers, body });
    const { command } = (await answer.json()) as { readonly command?: { readonly id?: string } };
    return { status: answer.status, id: command?.id ?? null };
  } catch {
    return { status: null, id: null };
  }
}

/** Users who each send one order and do not wait for its outcome, so that the commands wait in Kafka. */
export function createBuyers({ apis, tariffId, tokenOf }: Shop): Buyers {
  const history: Asked[] = [];
  let counter = 0;
  const tick = (): number => (counter += 1);
  const urlOf = (number: number): string => `${apis[number % apis.length]}/api/v1/subscriptions/yookassa/buy`;

  async function order(): Promise<void> {
    const [userId, key] = [randomUUID(), randomUUID()];
    const headers = {
      Authorization: `Bearer ${await tokenOf(userId)}`,
      'Idempotency-Key': key,
      'Content-Type': 'application/json',
      Accept: 'application/json',
      Prefer: 'wait=0',
    };
    const body = JSON.stringify({ tariff_id: tariffId, renew: true });
    for (let tried = 0; tried < triesMax; tried += 1) {
      const askedAt = tick();
      const { status, id: commandId } = await send(urlOf(askedAt), headers, body);
      const result = status === 202 || status === 200 ? 'ok' : 'unknown';
      history.push({ askedAt, heardAt: tick(), userId, key, mode: null, what: 'buy', result, status, commandId });
      if (result === 'ok') return;
      await pause(againMs);
    }
    throw new Error(`An order was refused ${triesMax} times`);
  }

  const buy = async (count: number): Promise<void> => {
    const orders = Array.from({ length: count }, () => order).values();
    const connection = async (): Promise<void> => {
      for (const next of orders) await next();
    };
    await Promise.all(Array.from({ length: connections }, connection));
  };
  return { buy, history };
}
