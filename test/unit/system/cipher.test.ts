import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createCipher } from '../../../src/adapters/system/cipher.ts';

const keyOf = (byte: number): string => Buffer.alloc(32, byte).toString('base64');
const [key, next] = [keyOf(7), keyOf(8)];
const cipher = createCipher([key]);
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
const request = Buffer.from('a frozen request');
const changed = 'sealed text was changed';
/** Sealed under `key` by the version before rings. */
const old = 'v1.AwMDAwMDAwMDAwMDC5sJj-c8X5ib3vEzAzr2p0TexXE1UjssWjImLZ4yjHg';

describe('cipher', () => {
  test('opens any bytes that it sealed', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), (bytes, about) => {
        expect(Buffer.from(cipher.open(cipher.seal(bytes, about), about)).equals(Buffer.from(bytes))).toBe(true);
      }),
    );
  });

  test('seals the same text differently every time, under format and key, and shows nothing of it', () => {
    const sealed = cipher.seal(request);
    expect(sealed).toMatch(/^v2\.[\w-]{8}\.[\w-]+$/);
    expect(sealed.split('.')[1]).not.toBe(createCipher([next]).seal(request).split('.')[1]);
    expect(sealed).not.toBe(cipher.seal(request));
    expect(sealed).not.toContain(request.toString('base64url'));
  });

  test('opens texts of many megabytes, as a record with large headers is', () => {
    const large = Buffer.alloc(64 * 1_024 * 1_024, 'x');
    expect(Buffer.from(cipher.open(cipher.seal(large, 'x'), 'x')).equals(large)).toBe(true);
  });

  test('opens a text for what it was sealed about alone', () => {
    const sealed = cipher.seal(request, 'request of anna');
    expect(text(cipher.open(sealed, 'request of anna'))).toBe('a frozen request');
    for (const about of ['request of boris', 'record of anna', '', undefined]) {
      expect(() => cipher.open(sealed, about)).toThrow(changed);
    }
  });

  test('refuses anything changed, truncated, foreign or sealed with another key', () => {
    const sealed = cipher.seal(request);
    for (let at = 0; at < sealed.length - 1; at += 1) {
      const spoiled = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
      expect(() => cipher.open(spoiled)).toThrow(changed);
    }
    for (const foreign of ['', 'v1.', 'v2.abc', 'v2..', 'plain', sealed.slice(0, 20)]) {
      expect(() => cipher.open(foreign)).toThrow(changed);
    }
    expect(() => createCipher([next]).open(sealed)).toThrow(changed);
    expect(text(cipher.open(sealed))).toBe('a frozen request');
  });

  test('does not start with a key of another length, nor without one', () => {
    expect(() => createCipher([Buffer.alloc(16).toString('base64')])).toThrow('32 bytes');
    expect(() => createCipher([])).toThrow('no encryption key');
  });
});

describe('a ring of keys', () => {
  const [before, between, after] = [createCipher([key, next]), createCipher([next, key]), createCipher([next])];

  test('seals with its first key and opens with each, so that processes of two rings read each other', () => {
    const sealed = [before, between].map((ring) => ring.seal(request, 'x'));
    for (const ring of [before, between])
      for (const one of sealed) expect(text(ring.open(one, 'x'))).toBe('a frozen request');
    expect(() => after.open(sealed[0] ?? '', 'x')).toThrow(changed);
    expect(text(after.open(sealed[1] ?? '', 'x'))).toBe('a frozen request');
  });

  test('knows which texts its first key has sealed', () => {
    expect(between.isCurrent(between.seal(request))).toBe(true);
    expect(between.isCurrent(before.seal(request))).toBe(false);
    expect(between.isCurrent(old)).toBe(false);
  });

  test('opens what was sealed before there were rings, under whichever key it was', () => {
    for (const ring of [cipher, before, between]) expect(text(ring.open(old, 'anything'))).toBe('a frozen request');
    expect(() => after.open(old)).toThrow(changed);
    expect(before.isCurrent(old)).toBe(false);
  });
});
