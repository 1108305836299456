import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createAddressList, rateKey } from '../../../src/adapters/http/routes/client-address.ts';
import { preferredWaitMs, prefersJson } from '../../../src/adapters/http/contract/preferences.ts';
import { createRateLimit } from '../../../src/adapters/http/server/rate-limit.ts';
import { parseStrictJson } from '../../../src/adapters/http/contract/strict-json.ts';
import { createManualClock } from '../../support/manual-clock.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('strict JSON', () => {
  it('accepts all JSON with one meaning', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const text = JSON.stringify(value);
        expect(parseStrictJson(bytes(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('refuses a repeated key, however it is spelt and wherever', () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue({ maxDepth: 2 }), (key, value) => {
        const member = `${JSON.stringify(key)}:${JSON.stringify(value)}`;
        expect(() => parseStrictJson(bytes(`[{"x":{${member}, ${member}}}]`))).toThrow();
      }),
    );
  });

  it('accepts the same key in different objects, and brackets inside texts', () => {
    expect(parseStrictJson(bytes('[{"a":{"a":["a","a"]}},{"a":"}{,\\"a\\":"}]'))).toEqual([
      { a: { a: ['a', 'a'] } },
      { a: '}{,"a":' },
    ]);
  });

  it('parses any bytes to a value or a refusal, never a crash', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (any) => {
        try {
          parseStrictJson(any);
        } catch (error) {
          expect(error).toMatchObject({ status: 400, code: '4001' });
        }
      }),
    );
  });
});

describe('what a client prefers', () => {
  it('is JSON where it is named, and for the fetch of a page', () => {
    for (const accept of ['application/json', 'text/html, application/json;q=0.1', 'Application/JSON; charset=utf-8']) {
      expect(prefersJson(accept, undefined)).toBe(true);
    }
    for (const accept of ['*/*', undefined]) expect(prefersJson(accept, 'cors')).toBe(true);
    expect(prefersJson('text/html,*/*', 'cors')).toBe(false);
    expect(prefersJson('*/*', 'navigate')).toBe(false);
    for (const accept of [
      undefined,
      '',
      '*/*',
      'text/html',
      'application/*',
      'application/json;q=0',
      'application/json+x',
    ]) {
      expect(prefersJson(accept, undefined)).toBe(false);
    }
  });

  it('is a wait within bounds, ten seconds by default', () => {
    for (const [prefer, seconds] of [
      [undefined, 10],
      ['wait=0', 0],
      ['wait=5', 5],
      ['respond-async, wait=7', 7],
      ['Wait = "8"; x', 8],
      ['wait=30', 30],
      ['wait=999999999', 30],
      ['wait=-1', 10],
      ['wait=abc', 10],
      ['wait=1e3', 10],
      ['nowait=3', 10],
    ] as const) {
      expect([prefer, preferredWaitMs(prefer)]).toEqual([prefer, seconds * 1_000]);
    }
  });
});

describe('addresses', () => {
  it('belong to a list by value, also as IPv4 inside IPv6', () => {
    const listed = createAddressList(['185.71.76.0/27', '77.75.156.11', '2a02:5180::/32', '::1']);
    for (const address of ['185.71.76.31', '::ffff:185.71.76.0', '77.75.156.11', '2a02:5180:0:1509::1', '::1']) {
      expect([address, listed(address)]).toEqual([address, true]);
    }
    for (const address of [
      '185.71.76.32',
      '77.75.156.12',
      '2a02:5181::',
      '::ffff:1.2.3.4',
      '',
      'x',
      '185.71.76.1:80',
    ]) {
      expect([address, listed(address)]).toEqual([address, false]);
    }
    expect(() => createAddressList(['yookassa.ru'])).toThrow('"yookassa.ru"');
    expect(() => createAddressList(['10.0.0.0/99'])).toThrow();
  });

  it('of one household share one limit', () => {
    expect(rateKey('2a02:5180:1:2:aaaa::1')).toBe(rateKey('2a02:5180:1:2::ffff'));
    expect(rateKey('2a02:5180:1:2::1')).not.toBe(rateKey('2a02:5180:1:3::1'));
    expect(rateKey('2a02::1')).toBe(rateKey('2a02:0:0:0:9::'));
    expect(rateKey('::ffff:1.2.3.4')).toBe('1.2.3.4');
  });
});

describe('the rate limit', () => {
  it('lets a burst through, then the rate, each key for itself', () => {
    const clock = createManualClock(0);
    const limit = createRateLimit({ perSecond: 2, burst: 3 }, clock);
    for (let count = 0; count < 3; count += 1) limit('a');
    expect(() => limit('a')).toThrow();
    limit('b');
    clock.advance(500);
    limit('a');
    expect(() => limit('a')).toThrow();
    clock.advance(60_000);
    for (let count = 0; count < 3; count += 1) limit('a');
    expect(() => limit('a')).toThrow();
  });

  it('forgets the key unused for longest, so that its memory is bounded', () => {
    const limit = createRateLimit({ perSecond: 1, burst: 1 }, createManualClock(0));
    limit('first');
    for (let count = 0; count < 20_000; count += 1) limit(String(count));
    limit('first');
    expect(() => limit('19999')).toThrow();
  });
});
