import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Api, startApi } from './support/api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const path = '/api/v1/test-clocks';
const createdAt = '2027-01-31T09:00:00.000Z';

async function newClock(): Promise<{ id: string; boss: Awaited<ReturnType<Api['newUser']>> }> {
  const boss = await api.newUser({ isSuperuser: true });
  const created = await boss.post(path, { name: 'a year ahead', now: '2027-01-31T12:00:00+03:00' });
  expect(created.status).toBe(201);
  expect(created.json).toMatchObject({ now: createdAt, status: 'ready' });
  return { id: (created.json as { id: string }).id, boss };
}

describe('test clocks over HTTP', () => {
  it('are created in the sandbox too, found, and moved forward only', async () => {
    const { id, boss } = await newClock();
    expect(api.mirrored.get(id)).toBe(Date.parse(createdAt));
    const advanced = await boss.post(`${path}/${id}/advance`, { to: '2027-02-28T09:00:00Z' });
    expect([advanced.status, advanced.json]).toEqual([202, expect.objectContaining({ status: 'advancing' })]);
    const further = await boss.post(`${path}/${id}/advance`, { to: '2028-02-28T09:00:00Z' });
    expect(further.json).toMatchObject({ target: '2028-02-28T09:00:00.000Z' });
    expect((await boss.get(`${path}/${id}`)).json).toMatchObject({ id, now: createdAt, status: 'advancing' });
    const back = await boss.post(`${path}/${id}/advance`, { to: '2026-01-01T00:00:00Z' });
    expect([back.status, back.json]).toEqual([422, expect.objectContaining({ code: '4008' })]);
  });

  it('that do not exist are 404', async () => {
    const { boss } = await newClock();
    const to = '2030-01-01T00:00:00Z';
    for (const answered of [await boss.get(`${path}/none`), await boss.post(`${path}/none/advance`, { to })]) {
      expect([answered.status, answered.json]).toEqual([404, expect.objectContaining({ code: '4008' })]);
    }
  });

  it('refuse an invalid time', async () => {
    const { id, boss } = await newClock();
    const times = [
      '',
      'tomorrow',
      '2027-01-31',
      '2027-13-01T00:00:00Z',
      '2027-01-31T09:00:00',
      5,
      null,
      {},
      '9999-01-01T00:00:00Z',
      '2027-02-30T00:00:00Z',
      '2027-02-29T12:00:00+03:00',
      '2027-04-31T00:00:00.000Z',
      '2027-01-31T24:00:00Z',
      '1970-01-01T00:00:00+14:00',
      '2199-12-31T23:59:59-12:00',
    ];
    for (const time of times) {
      expect([time, (await boss.post(path, { name: 'x', now: time })).status]).toEqual([time, 422]);
      expect([time, (await boss.post(`${path}/${id}/advance`, { to: time })).status]).toEqual([time, 422]);
    }
    expect((await boss.post(path, { name: '', now: createdAt })).status).toBe(422);
  });

  it('bind a subscriber at the first purchase, and their answers then use that time', async () => {
    const { id } = await newClock();
    const user = await api.newUser();
    expect((await user.buy({}, { 'X-Test-Clock': id })).status).toBe(200);
    expect((await api.system.state(user.id)).testClockId).toBe(id);
    const other = await newClock();
    const elsewhere = await user.buy({}, { 'X-Test-Clock': other.id });
    expect([elsewhere.status, elsewhere.json]).toEqual([
      409,
      expect.objectContaining({ code: '4008', detail: 'test_clock_mismatch' }),
    ]);
    expect((await user.buy()).status).toBe(200);
  });
});

describe('without test clocks in the configuration', () => {
  it('they have no address, and a purchase that names one is refused', async () => {
    const production = await startApi({ services: { testClocks: null } });
    const boss = await production.newUser({ isSuperuser: true });
    expect((await boss.post(path, { name: 'x', now: createdAt })).status).toBe(404);
    expect((await boss.buy({}, { 'X-Test-Clock': 'x' })).json).toMatchObject({ code: '4008' });
    const { paths } = (await production.ask('GET', '/api/openapi.json')).json as { paths: object };
    expect(Object.keys(paths)).not.toContain(path);
    await production.close();
  });
});
