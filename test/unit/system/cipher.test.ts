import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createCipher } from '../../../src/adapters/system/cipher.ts';

const key = Buffer.alloc(32, 7).toString('base64');
const cipher = createCipher(key);
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

describe('cipher', () => {
  test('opens any bytes that it sealed', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(Buffer.from(cipher.open(cipher.seal(bytes))).equals(Buffer.from(bytes))).toBe(true);
      }),
    );
  });

  test('seals the same text differently every time, under a version prefix, and shows nothing of it', () => {
    const sealed = cipher.seal(Buffer.from('a frozen request'));
    expect(sealed).toMatch(/^v1\.[\w-]+$/);
    expect(sealed).not.toBe(cipher.seal(Buffer.from('a frozen request')));
    expect(sealed).not.toContain(Buffer.from('a frozen request').toString('base64url'));
  });

  test('refuses anything changed, truncated, foreign or sealed with another key', () => {
    const sealed = cipher.seal(Buffer.from('a frozen request'));
    for (let at = 3; at < sealed.length - 1; at += 1) {
      const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
      expect(() => cipher.open(changed)).toThrow('sealed text was changed');
    }
    for (const foreign of ['', 'v1.', 'v2.abc', 'plain', sealed.slice(0, 20)]) {
      expect(() => cipher.open(foreign)).toThrow('sealed text was changed');
    }
    const other = createCipher(Buffer.alloc(32, 8).toString('base64'));
    expect(() => other.open(sealed)).toThrow('sealed text was changed');
    expect(text(cipher.open(sealed))).toBe('a frozen request');
  });

  test('does not start with a key of another length', () => {
    expect(() => createCipher(Buffer.alloc(16).toString('base64'))).toThrow('32 bytes');
  });
});
