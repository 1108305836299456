/** Encrypts frozen requests and dead-lettered bytes. `open` throws on anything that `seal` did not make. */
export type Cipher = { readonly seal: (clear: Uint8Array) => string; readonly open: (sealed: string) => Uint8Array };
