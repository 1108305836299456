/** Seals what must not lie in clear (frozen requests, dead-lettered bytes). `open` throws on anything it did not seal. */
export type Cipher = { readonly seal: (clear: Uint8Array) => string; readonly open: (sealed: string) => Uint8Array };
