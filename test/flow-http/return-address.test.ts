import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { minuteMs } from '../../src/domain/model/instant.ts';
import { readMessage } from '../support/read-message.ts';
import { type Api, startApi } from './support/api.ts';
import { codeOf } from './support/asking.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

describe('a purchase', () => {
  it('refuses a return address of an unlisted origin', async () => {
    const user = await api.newUser();
    for (const return_url of [
      'https://evil.example/',
      'https://cinema.example.evil.example/',
      'https://user:pass@cinema.example/',
      'http://cinema.example/',
      'javascript:alert(1)',
      'blob:https://cinema.example/x',
      '//cinema.example',
      'https://cinema.example@evil.example/',
      'https://cinema.example\\@evil.example/',
      'https:\\\\cinema.example/',
      ' https://cinema.example/',
      'https://cinema.example/\n',
      'https://cinema.example/a\tb',
      `https://cinema.example/${'ы'.repeat(1_000)}`,
    ]) {
      const answered = await user.buy({ return_url });
      expect([return_url, answered.status, codeOf(answered)]).toEqual([return_url, 422, '4000']);
    }
  });

  it.each([
    [
      'https://cinema.example/back?film=Ирония судьбы',
      '/back?film=%D0%98%D1%80%D0%BE%D0%BD%D0%B8%D1%8F%20%D1%81%D1%83%D0%B4%D1%8C%D0%B1%D1%8B',
    ],
    ['https://cinema.example/кино', '/%D0%BA%D0%B8%D0%BD%D0%BE'],
    ['HTTPS:/ｃinema.example:443/a/../b', '/b'],
    ['https://cinema.example', '/'],
  ])('orders with the return address as it was judged: %s', async (return_url, sent) => {
    const user = await api.newUser();
    expect((await user.buy({ return_url })).status).toBe(200);
    expect(readMessage(api.published.at(-1) as never)).toMatchObject({
      command: { returnUrl: `https://cinema.example${sent}` },
    });
  });

  it('encodes a redirect address that a header cannot hold', async () => {
    const user = await api.newUser();
    const { provider, pass } = api.system;
    provider.script('lost');
    const key = { 'Idempotency-Key': 'once' };
    expect((await user.buy({}, { ...key, Prefer: 'wait=0' })).status).toBe(202);
    provider.alter(provider.entries().at(-1)?.object.id ?? '', { confirmationUrl: 'https://pay.example/касса?a=%20' });
    await pass(10 * minuteMs, minuteMs);
    const shown = await user.buy({}, { ...key, Accept: 'text/html' });
    expect([shown.status, shown.headers.get('location')]).toEqual([
      302,
      'https://pay.example/%D0%BA%D0%B0%D1%81%D1%81%D0%B0?a=%20',
    ]);
  });
});
