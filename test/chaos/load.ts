import { randomUUID } from 'node:crypto';
import type { Asked } from './evidence.ts';
import { pause } from './pause.ts';
import type { Random } from './random.ts';

type Json = Readonly<Record<string, unknown>>;
type Answer = { readonly status: number | null; readonly json: Json; readonly lostBy?: string };
type ProviderRequest = {
  readonly userId: string;
  readonly what: Asked['what'];
  readonly mode: Asked['mode'];
  readonly key: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
};

export type Load = {
  readonly history: readonly Asked[];
  /** Next number of the counter that orders all requests and answers. */
  readonly tick: () => number;
  /** Whether a purchase that was requested after `since` has been answered. */
  readonly isServedSince: (since: number) => boolean;
  /** The longest time between two instants of the monotonic clock in which no purchase ended well. */
  readonly silenceMs: (fromMs: number, toMs: number) => number;
  readonly stop: () => Promise<void>;
};

export type LoadOptions = {
  readonly api: string;
  readonly sandbox: string;
  readonly tokenOf: (userId: string) => Promise<string>;
  readonly tariffId: string;
  /** Each user lives on one of them; an empty one is real time. */
  readonly clocks: readonly string[];
  readonly random: Random;
  readonly clients: number;
  /** A canary: it is placed where a careless log would print it. */
  readonly email: string;
};

export const goodCard = '5555555555554444';
/** Mostly cards that pay; one that never pays, and one that pays once and declines every renewal. */
const cards = [goodCard, goodCard, goodCard, '5555555555554600', '5555555555554642'];
/** The API waits up to 10 s for an outcome. */
const requestTimeoutMs = 12_000;
/** A client repeats with the same key after "try again", but gives up after some ten minutes of silence. */
const repeatsMax = 60;
const pauseMs = 250;
/** Pause between a user's actions; without it the run would measure the client. */
const thinkingMs = 3_000;

async function ask(url: string, headers: Readonly<Record<string, string>>, body: unknown): Promise<Answer> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { Accept: 'application/json', 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    const text = await answer.text();
    return { status: answer.status, json: text.startsWith('{') ? (JSON.parse(text) as Json) : {} };
  } catch (error) {
    const { name = '', cause } = error as { readonly name?: string; readonly cause?: { readonly code?: string } };
    return { status: null, json: {}, lostBy: cause?.code ?? name };
  }
}

function resultOf(status: number | null): Asked['result'] {
  if (status === null || status >= 500 || status === 429) return 'unknown';
  return status < 400 ? 'ok' : 'fail';
}

const isServed = (what: Asked['what'], status: number | null): boolean => what === 'buy' && status === 200;

function commandIdOf(json: Json): string | null {
  const command = json['command'];
  const id: unknown = typeof command === 'object' && command !== null ? Reflect.get(command, 'id') : json['command_id'];
  return typeof id === 'string' ? id : null;
}

export type Book = {
  readonly history: Asked[];
  /** When purchases ended well, on the monotonic clock. */
  readonly servedMs: number[];
  readonly tick: () => number;
  readonly isGoing: () => boolean;
};

/** Repeats a request with the same key until there is an outcome, and records every request with its answer. */
async function askUntilDone(api: string, book: Book, request: ProviderRequest): Promise<Answer> {
  const { userId, what, mode, key } = request;
  for (let tried = 0; tried < repeatsMax; tried += 1) {
    const askedAt = book.tick();
    const answer = await ask(`${api}${request.path}`, { ...request.headers, 'Idempotency-Key': key }, request.body);
    const { status, json } = answer;
    const result = resultOf(status);
    const lost = answer.lostBy === undefined ? {} : { lostBy: answer.lostBy };
    const heard = { result, status, commandId: commandIdOf(json), ...lost };
    book.history.push({ askedAt, heardAt: book.tick(), userId, what, mode, key, ...heard });
    if (isServed(what, status)) book.servedMs.push(performance.now());
    // After the last blow clients repeat no more; the check finds the promised outcomes in the read model.
    if ((result !== 'unknown' && status !== 202) || !book.isGoing()) return answer;
    await pause(pauseMs);
  }
  return { status: null, json: {} };
}

/** One user's life: buys, pays or not, buys again, repeats, cancels or stays to be renewed. */
export async function live(options: LoadOptions, book: Book): Promise<void> {
  const { api, sandbox, random, clocks } = options;
  const oneIn = (count: number): boolean => random.below(count) === 0;
  const userId = randomUUID();
  const clock = clocks[random.below(clocks.length)] ?? '';
  const headers = {
    Authorization: `Bearer ${await options.tokenOf(userId)}`,
    ...(clock === '' ? {} : { 'X-Test-Clock': clock }),
  };
  const body = { tariff_id: options.tariffId, renew: !oneIn(4) };
  const path = '/api/v1/subscriptions/yookassa/buy';
  const buy = (): ProviderRequest => ({ userId, what: 'buy', mode: null, key: randomUUID(), path, headers, body });
  const first = buy();
  const bought = await askUntilDone(api, book, first);
  const redirectUrl = bought.json['redirect_url'];
  const page = typeof redirectUrl === 'string' ? (redirectUrl.split('/').at(-1) ?? '') : '';
  const pay = (): Promise<Answer> =>
    ask(`${sandbox}/_sandbox/payments/${page}/pay`, {}, { card: cards[random.below(cards.length)] });
  if (page !== '' && !oneIn(6)) {
    const { json } = await pay();
    // A declined card leaves the page open for another one.
    if (json['decline'] !== null && oneIn(2)) await pay();
  }
  if (oneIn(4)) await askUntilDone(api, book, first);
  if (oneIn(4)) await askUntilDone(api, book, buy());
  await pause(random.below(thinkingMs));
  if (!oneIn(3)) return;
  const mode = oneIn(2) ? 'period_end' : 'immediate';
  const reason = `write to ${options.email} or charge ${goodCard}`;
  const request = { ...buy(), what: 'cancel' as const, mode, path: '/api/v1/subscriptions/cancel' } as const;
  await askUntilDone(api, book, { ...request, body: { mode, reason } });
}

/**
 * A client turns to its next user after this, while the one before goes on waiting. An unknown charge is repeated after 45 s, so a few
 * kills leave each client with a user who waits, and no one would be left to show that the system serves again.
 */
const patienceMs = 20_000;

/** Each client runs one user after the other until it is stopped; all requests and answers are recorded. */
export function startLoad(options: LoadOptions): Load {
  const history: Asked[] = [];
  let counter = 0;
  const servedMs: number[] = [];
  const tick = (): number => (counter += 1);
  let going = true;
  const lives: Promise<void>[] = [];
  async function client(): Promise<void> {
    while (going) {
      const life = live(options, { history, servedMs, tick, isGoing: () => going });
      lives.push(life);
      const left = new AbortController();
      await Promise.race([life, pause(patienceMs, left.signal).catch(() => undefined)]).finally(() => left.abort());
    }
    await Promise.all(lives);
  }
  const clients = Promise.all(Array.from({ length: options.clients }, client));
  // `stop` reports a failure. Until then a failed client must not end the process as an unhandled rejection.
  clients.catch(() => undefined);
  return {
    history,
    tick,
    isServedSince: (since) => history.some(({ what, status, askedAt }) => isServed(what, status) && askedAt > since),
    silenceMs: (fromMs, toMs) => {
      const edges = [fromMs, ...servedMs.filter((ms) => ms > fromMs && ms < toMs), toMs];
      return Math.max(...edges.map((ms, index) => ms - (edges[index - 1] ?? ms)));
    },
    stop: async () => {
      going = false;
      await clients;
    },
  };
}
