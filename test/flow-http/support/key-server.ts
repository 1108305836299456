import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose';

/** Longer than any test moves its clock. */
const tokenLifeSeconds = 12 * 3_600;

/** Valid from now on, where the claims do not say otherwise. */
export function dated(claims: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const iat = Math.floor(Date.now() / 1_000);
  return { iat, exp: iat + tokenLifeSeconds, ...claims };
}

export type PublishedKey = {
  readonly jwk: Readonly<Record<string, unknown>>;
  readonly publicKey: CryptoKey;
  readonly sign: (claims: Readonly<Record<string, unknown>>, header?: Partial<JWTHeaderParameters>) => Promise<string>;
};

export async function createKey(alg: string, kid: string): Promise<PublishedKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return {
    publicKey,
    jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' },
    sign: (claims, header = {}) =>
      new SignJWT(dated(claims)).setProtectedHeader({ alg, kid, ...header }).sign(privateKey),
  };
}

/** An auth service's JWK set on a free port. Tests change its answer, and `asked` counts its requests. */
export async function startKeyServer(keys: readonly Pick<PublishedKey, 'jwk'>[]) {
  let answer = { status: 200, text: '' };
  let hangs = false;
  let asked = 0;
  const publish = (published: readonly Pick<PublishedKey, 'jwk'>[]): void => {
    answer = { status: 200, text: JSON.stringify({ keys: published.map(({ jwk }) => jwk) }) };
    hangs = false;
  };
  publish(keys);
  const server = createServer((_request, response) => {
    asked += 1;
    if (!hangs) response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(answer.text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys.json`,
    asked: () => asked,
    publish,
    answer: (status: number, text: string) => {
      answer = { status, text };
    },
    hang: () => {
      hangs = true;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
