import type { Cipher } from '../../src/application/ports/cipher.ts';

/** Hides nothing, in the form that the contract demands. What is sealed opens about the same only. */
export const testCipher: Cipher = {
  seal: (clear, about = '') => `v1.${Buffer.concat([Buffer.from(`${about}|`), clear]).toString('base64url')}`,
  open: (sealed, about = '') => {
    const bytes = Buffer.from(sealed.slice('v1.'.length), 'base64url');
    const bar = bytes.indexOf('|');
    if (bytes.subarray(0, bar).toString() !== about) throw new Error(`It is not sealed about "${about}".`);
    return bytes.subarray(bar + 1);
  },
};
