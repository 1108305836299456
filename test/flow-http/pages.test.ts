import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import type { DecodedEvent } from '../../src/adapters/http/contract/http-services.ts';
import { type Api, startApi } from './support/api.ts';

let api: Api;
let ended = false;

async function* events(userId: string, signal: AbortSignal): AsyncIterable<DecodedEvent> {
  for (const type of ['subscription.created', 'payment.created']) {
    yield {
      topic: 'billing.subscriptions.v1',
      id: `${userId}:1`,
      type,
      time: '2026-11-24T09:00:00Z',
      sequence: '1',
      data: {},
    };
  }
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  ended = true;
}

beforeAll(async () => {
  api = await startApi({ services: { development: { events } } });
});
afterAll(() => api.close());

/** Everything that a page of ours refers to, as a browser requests it. */
const references = (html: string): string[] => [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, found]) => found!);

describe('pages', () => {
  it.each(['/', '/return', '/docs'])('%s needs nothing from another host and no script of its own', async (path) => {
    const page = await api.ask('GET', path);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(page.text).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=/);
    const found = references(page.text);
    expect(found.length).toBeGreaterThan(1);
    for (const reference of found) {
      expect(reference).toMatch(/^(\/(?!\/)|#|data:)/);
      if (reference.startsWith('/'))
        expect([reference, (await fetch(api.base + reference)).status]).toEqual([reference, 200]);
    }
  });

  it('the reference is sent compressed, for good, and to a client without Brotli in clear', async () => {
    const { text } = await api.ask('GET', '/docs');
    const address = references(text).find((reference) => reference.startsWith('/docs/reference.'))!;
    const answers = await Promise.all(
      ['br', 'identity'].map((encoding) => fetch(api.base + address, { headers: { 'Accept-Encoding': encoding } })),
    );
    expect(answers.map(({ headers }) => headers.get('content-encoding'))).toEqual(['br', null]);
    for (const { headers } of answers) {
      expect(headers.get('cache-control')).toContain('immutable');
      expect(headers.get('vary')).toContain('Accept-Encoding');
    }
    const [compressed, clear] = await Promise.all(answers.map((answer) => answer.text()));
    expect(compressed === clear).toBe(true);
    // The bundle of @scalar/api-reference 1.76.0 as its authors published it: dist/browser/standalone.js.
    const published = 'dcb027152bf20bf2f6dcd66e8f9fb073c1a9e274cf0b94b939a7d99ab8947060';
    expect(createHash('sha256').update(clear!).digest('hex')).toBe(published);
  });

  it('the contract of the events is one document, without references to files', async () => {
    const { text } = await api.ask('GET', '/api/asyncapi.json');
    expect(JSON.parse(text)).toMatchObject({ asyncapi: '3.1.0', channels: { entitlements: {} } });
    expect([...text.matchAll(/"\$ref":"([^#][^"]*)"/g)]).toEqual([]);
  });

  it('the contract is served as JSON', async () => {
    const { json } = await api.ask('GET', '/api/openapi.json');
    expect(json).toMatchObject({ openapi: '3.1.0', paths: { '/dev/token': {} } });
  });

  it('a development token works', async () => {
    const user = randomUUID();
    const { json } = await api.ask('GET', `/dev/token?user=${user}`);
    const { token } = json as { token: string };
    expect((await api.ask('GET', `/api/v1/entitlements/${user}`, { token })).status).toBe(200);
    for (const query of ['', '?user=x', '?user[$ne]=1', `?user=${user}&user=${user}`]) {
      expect((await api.ask('GET', `/dev/token${query}`)).status).toBe(422);
    }
  });

  it('events arrive as they are published, and their source ends with the reader', async () => {
    const reader = new AbortController();
    const response = await fetch(`${api.base}/dev/events?user=${randomUUID()}`, { signal: reader.signal });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    let text = '';
    for await (const chunk of response.body!) {
      text += Buffer.from(chunk).toString();
      if (text.includes('payment.created')) break;
    }
    reader.abort();
    expect(text).toContain('"type":"subscription.created"');
    while (!ended) await new Promise(setImmediate);
  });

  it('pages for developers exist only in development', async () => {
    const production = await startApi();
    for (const path of ['/', '/return', '/web/style.css', `/dev/token?user=${randomUUID()}`, '/dev/events']) {
      expect([path, (await production.ask('GET', path)).status]).toEqual([path, 404]);
    }
    expect((await production.ask('GET', '/docs')).status).toBe(200);
    await production.close();
  });
});
