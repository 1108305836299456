import { afterEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { type Api, startApi } from './support/api.ts';
import { codeOf } from './support/asking.ts';
import { eventsIn } from './support/contract.ts';

const streaming = { Accept: 'text/event-stream' };
/** The bound of a stream, which distinguishes its wait from the others. */
const requestMaxMs = 30_000;

const running: Api[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((api) => api.close()));
});

/** An API whose open waits can be counted. `patienceMs` is the rest of the longest wait. */
async function start(patienceMs = requestMaxMs) {
  let waiting = 0;
  let now = (): number => 0;
  const api = await startApi({
    services: {
      clock: {
        ...systemClock,
        now: () => now(),
        wait: async (ms, signal) => {
          waiting += 1;
          await systemClock.wait(ms === requestMaxMs ? patienceMs : ms, signal);
          waiting -= 1;
        },
      },
    },
  });
  now = () => api.system.clock.now();
  running.push(api);
  return { api, waiting: () => waiting };
}

async function order(api: Api) {
  const user = await api.newUser();
  api.setBroker('keep');
  const { json } = await user.buy({}, { Prefer: 'wait=0' });
  const { status_url: url } = json as { status_url: string };
  const command = api.published.at(-1)!;
  api.setBroker('carry out');
  return { user, url, carryOut: () => api.carryOut(command) };
}

/** The stream as its client reads it, piece by piece. */
async function open(api: Api, url: string, token: string, headers: Readonly<Record<string, string>> = {}) {
  const disconnect = new AbortController();
  const response = await fetch(api.base + url, {
    headers: { ...streaming, Authorization: token, ...headers },
    signal: disconnect.signal,
  });
  const pieces = response.body!.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  let text = '';
  const readOn = async (until: (seen: unknown[]) => boolean): Promise<unknown[]> => {
    while (!until(eventsIn(text))) {
      const { done, value } = await pieces.next();
      if (done) break;
      text += value;
    }
    return eventsIn(text);
  };
  return {
    next: (count: number) => readOn((seen) => seen.length >= count),
    rest: () => readOn(() => false),
    disconnect,
  };
}

describe('the status of a command as a stream', () => {
  it('sends the present status, the page, the end of its payment, and closes', async () => {
    const { api, waiting } = await start();
    const { user, url, carryOut } = await order(api);
    const stream = await open(api, url, user.token);
    expect(await stream.next(1)).toEqual([(await user.get(url)).json]);
    await carryOut();
    const [, page] = await stream.next(2);
    expect(page).toEqual((await user.get(url)).json);
    await api.system.payPage(user.id);
    const events = await stream.rest();
    expect(events).toMatchObject([
      { status: 'accepted' },
      { status: 'requires_action' },
      { status: 'completed', redirect_url: null, subscription: { renew: true } },
    ]);
    expect(events[2]).toEqual((await user.get(url)).json);
    expect(waiting()).toBe(0);
  });

  it('continues from a page that is open already, and reports a decline', async () => {
    const { api } = await start();
    const { user, url, carryOut } = await order(api);
    await carryOut();
    const stream = await open(api, url, user.token);
    expect(await stream.next(1)).toMatchObject([{ status: 'requires_action' }]);
    const page = (await api.system.state(user.id)).payment?.providerPaymentId ?? '';
    api.system.provider.finish(page, 'insufficient_funds');
    await api.system.hint('payment', page);
    expect(await stream.rest()).toMatchObject([
      { status: 'requires_action' },
      { status: 'rejected', redirect_url: null, rejection: { code: '4013' } },
    ]);
  });

  it('says why a command was rejected in the language of the client, as the plain status does', async () => {
    const { api } = await start();
    const { user, url, carryOut } = await order(api);
    await user.buy();
    await api.system.payPage(user.id);
    const russian = { 'Accept-Language': 'ru' };
    const stream = await open(api, url, user.token, russian);
    await carryOut();
    const rejection = { code: '4006', error: 'Подписка уже есть', reason: 'already_subscribed' };
    expect(await stream.rest()).toMatchObject([{ status: 'accepted' }, { status: 'rejected', rejection }]);
    const plain = await user.get(url, russian);
    expect(plain.json).toMatchObject({ status: 'rejected', rejection });
    const languages = [plain, await user.get(url, { ...russian, ...streaming })].map(({ headers }) =>
      headers.get('content-language'),
    );
    expect(languages).toEqual(['ru', 'ru']);
    expect((await user.get(url)).json).toMatchObject({ rejection: { error: 'User already has a subscription' } });
  });

  it('ends with the page at the longest wait', async () => {
    const { api } = await start(1);
    const { user, url, carryOut } = await order(api);
    await carryOut();
    expect(eventsIn((await user.get(url, streaming)).text)).toMatchObject([{ status: 'requires_action' }]);
  });

  it('is one event named `status` for a command that has ended', async () => {
    const { api, waiting } = await start();
    const { user, url, carryOut } = await order(api);
    await carryOut();
    await api.system.payPage(user.id);
    const { status, headers, text } = await user.get(url, streaming);
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
      200,
      'text/event-stream',
      'no-store',
    ]);
    expect(text).toBe(`retry: 2000\n\nevent: status\ndata: ${(await user.get(url)).text}\n\n`);
    expect(waiting()).toBe(0);
  });

  it('ends without an outcome at the longest wait', async () => {
    const { api } = await start(1);
    const { user, url } = await order(api);
    expect(eventsIn((await user.get(url, streaming)).text)).toMatchObject([{ status: 'accepted' }]);
  });

  it('ends its wait when its client disconnects', async () => {
    const { api, waiting } = await start();
    const { user, url } = await order(api);
    const stream = await open(api, url, user.token);
    await stream.next(1);
    while (waiting() === 0) await new Promise(setImmediate);
    stream.disconnect.abort();
    while (waiting() > 0) await new Promise(setImmediate);
  });

  it('ends with a complete answer when the process drains', async () => {
    const { api, waiting } = await start();
    const { user, url } = await order(api);
    const stream = await open(api, url, user.token);
    await stream.next(1);
    api.stopping.abort();
    expect(await stream.rest()).toMatchObject([{ status: 'accepted' }]);
    while (waiting() > 0) await new Promise(setImmediate);
  });

  it('is a stream only where Accept names it, and answers HEAD at once', async () => {
    const { api } = await start();
    const { user, url } = await order(api);
    for (const Accept of ['*/*', 'text/*', 'application/json', 'text/event-stream;q=0']) {
      expect((await user.get(url, { Accept })).json).toMatchObject({ status: 'accepted' });
    }
    const head = await api.ask('HEAD', url, { token: user.token, headers: streaming });
    expect(head.headers.get('content-type')).toBe('text/event-stream');
  });

  it('is refused like the plain status: without a token, and to another user', async () => {
    const { api } = await start();
    const { user, url } = await order(api);
    const codes = async (path: string, token: string | null) =>
      codeOf(await api.ask('GET', path, { token, headers: streaming }));
    expect(await codes(url, null)).toBe('3000');
    expect(await codes(url, 'garbage')).toBe('1003');
    expect(await codes(url, (await api.newUser()).token)).toBe('3001');
    const forged = url.slice(0, -1) + (url.endsWith('A') ? 'B' : 'A');
    expect(await codes(forged, user.token)).toBe('3001');
  });
});
