import { randomUUID } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Api, startApi } from './support/api.ts';
import { buyPath } from './support/asking.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const requests = 1_500;
const lanes = 16;
/** The size of every refused body: if one in twenty were kept, it would show. */
const bodyBytes = 15_000;
/** How much compiled code and warm caches may still change between two storms. */
const noiseBytes = 2 * 2 ** 20;

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

/** Requests that must all be refused: unknown tokens, wrong bodies, unknown ids, each of them new. */
async function refusedRequest(token: string): Promise<void> {
  const strange = `${randomUUID()}${'x'.repeat(bodyBytes)}`;
  const forged = { 'X-Forwarded-For': randomUUID(), 'X-Request-Id': randomUUID(), 'Idempotency-Key': randomUUID() };
  const asked = await Promise.all([
    api.ask('POST', buyPath, { token, headers: forged, body: { [strange]: strange.length } }),
    api.ask('POST', buyPath, { token: `Bearer ${randomUUID()}`, headers: forged, body: `{"tariff_id": "${strange}` }),
    api.ask('GET', `/api/v1/commands/${randomUUID()}`, { token, headers: forged }),
  ]);
  for (const { status } of asked) expect(status).toBeGreaterThanOrEqual(400);
}

async function heapAfterStorm(token: string): Promise<number> {
  const perLane = Math.floor(requests / lanes / 3);
  const lane = async (): Promise<void> => {
    for (let sent = 0; sent < perLane; sent += 1) await refusedRequest(token);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  api.log.lines.length = 0;
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

test('memory is flat under hostile input: refused requests are not kept', async () => {
  const { token } = await api.newUser();
  await heapAfterStorm(token);
  const before = await heapAfterStorm(token);
  const after = await heapAfterStorm(token);
  expect(after - before).toBeLessThan(noiseBytes);
}, 120_000);
