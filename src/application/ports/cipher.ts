/** Encrypts frozen requests and dead-lettered bytes. `open` throws on anything that `seal` did not make. */
export type Cipher = { readonly seal: (clear: Uint8Array) => string; readonly open: (sealed: string) => Uint8Array };

/** Ciphers under keys that are made here, one for each user: without the key nothing of it can be read again. */
export type UserCiphers = { readonly newKey: () => Uint8Array; readonly under: (key: Uint8Array) => Cipher };
