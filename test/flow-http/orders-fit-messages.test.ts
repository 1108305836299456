import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Answered, type Api, notificationSecret, startApi, tariffIds } from './support/api.ts';
import { type AnyRequest, requestsTo } from './support/arbitrary-requests.ts';
import { operationsOf, readOpenApi } from '../../src/adapters/http/contract/openapi.ts';
import { isCommandOperation } from '../../src/adapters/http/routes/command-routes.ts';
import { readMessage } from '../support/read-message.ts';

let api: Api;
let token: string;
let clockId: string;
beforeAll(async () => {
  api = await startApi({ options: { rateLimits: unlimited } });
  api.setBroker('keep');
  token = (await api.newUser({ isSuperuser: true })).token;
  clockId = (await api.clocks.create({ name: 'x', now: 0 })).id;
});
afterAll(() => api.close());

const ample = { perSecond: 1e6, burst: 1e6 };
const unlimited = { perAddress: ample, perUser: ample, perService: ample };

const knownPath = fc.constantFrom<Record<string, string>>({}, { secret: notificationSecret });
/** Mostly existing tariffs: a purchase of an unknown one is refused whatever else the request holds. */
const isKnown = fc.nat(4).map((number) => number > 0);

/** Every command of the contract except the purchase, which needs existing ids. */
const otherOrders = [...operationsOf(readOpenApi()).values()]
  .filter(isCommandOperation)
  .map(({ operation }) => operation.operationId)
  .filter((id) => id !== 'buySubscription');

type Seen = { readonly answered: Answered; readonly published: readonly ReturnType<typeof readMessage>[] };

type Place = { readonly method: string; readonly path: string };

async function ask({ method, path }: Place, { path: names, headers, body }: AnyRequest): Promise<Seen> {
  const address = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(names[name]?.toWellFormed() ?? ''),
  );
  const before = api.published.length;
  const answered = await api.ask(method, address, { token, body, headers: { ...headers, Prefer: 'wait=0' } });
  return { answered, published: api.published.slice(before).map(readMessage) };
}

/** Refused with a reason and not published, or accepted and published once, readable for its consumer. */
function expectFit({ answered, published }: Seen): void {
  if (answered.status >= 400) {
    expect(answered.status).toBeLessThan(500);
    expect(answered.json).toMatchObject({ code: expect.stringMatching(/^[1-4]\d{3}$/) });
    expect(published).toEqual([]);
  } else {
    expect([200, 202]).toContain(answered.status);
    expect(published).toHaveLength(1);
  }
}

describe('whatever openapi.yaml allows is refused with a reason or becomes a message', () => {
  it('buying', async () => {
    const { requests, ...place } = requestsTo('buySubscription');
    const accepted: unknown[] = [];
    await fc.assert(
      fc.asyncProperty(requests, isKnown, async (request, known) => {
        const body = { ...(request.body as object), ...(known ? { tariff_id: tariffIds.month } : {}) };
        const { 'X-Test-Clock': clock, ...headers } = request.headers;
        const clocked = clock === undefined ? headers : { ...headers, 'X-Test-Clock': known ? clockId : clock };
        const names = known ? { pay_system: 'yookassa' } : request.path;
        const seen = await ask(place, { path: names, headers: clocked, body });
        expectFit(seen);
        const [message] = seen.published;
        if (message?.kind !== 'command' || message.command.type !== 'subscription.pay') return;
        const { returnUrl } = message.command;
        accepted.push(returnUrl);
        if (returnUrl === null) return;
        expect(returnUrl).toMatch(/^https:\/\/cinema\.example\/[\x21-\x7e]*$/);
        expect(returnUrl).not.toContain('\\');
      }),
      { numRuns: 400 },
    );
    expect(accepted.filter((url) => url !== null).length).toBeGreaterThan(20);
  });

  it.each([...otherOrders, 'takeNotification'])('%s', async (operation) => {
    const { requests, ...place } = requestsTo(operation);
    await fc.assert(
      fc.asyncProperty(requests, knownPath, async (request, known) => {
        const { answered, published } = await ask(place, { ...request, path: { ...request.path, ...known } });
        // An unknown event is answered, and no hint is published.
        const isOurs = (answered.json as { taken?: boolean } | undefined)?.taken !== false;
        if (isOurs) expectFit({ answered, published });
        else expect([answered.status, published]).toEqual([200, []]);
      }),
      { numRuns: 200 },
    );
  });
});
