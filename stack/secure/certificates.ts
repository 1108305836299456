import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { type Der, der } from './der.ts';

/** PEM. The key is in PKCS #8 without a passphrase, as Kafka, mongod and Node read it. */
export type Certificate = { readonly certificate: string; readonly key: string };

const oids = {
  commonName: '2.5.4.3',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  subjectAltName: '2.5.29.17',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const;

const dayMs = 24 * 60 * 60_000;
/** Made anew at each start, so a month is long. */
const lifeMs = 30 * dayMs;

const pem = (bytes: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64').replaceAll(/.{64}/g, '$&\n').trimEnd()}\n-----END CERTIFICATE-----\n`;
const nameOf = (name: string): Der => der.sequence(der.set(der.sequence(der.oid(oids.commonName), der.text(name))));
const algorithm = der.sequence(der.oid(oids.ecdsaWithSha256));

const extension = (oid: string, critical: boolean, content: Der): Der =>
  der.sequence(der.oid(oid), ...(critical ? [der.truth()] : []), der.octets(content));

/** Bits of RFC 5280, 4.2.1.3: an authority signs certificates; a server or client signs its handshakes. */
const authorityExtensions: readonly Der[] = [
  extension(oids.basicConstraints, true, der.sequence(der.truth())),
  extension(oids.keyUsage, true, der.bits(Buffer.from([0b0000_0110]), 1)),
];

const hostName = (host: string): Der =>
  isIPv4(host) ? der.primitive(7, Buffer.from(host.split('.').map(Number))) : der.primitive(2, Buffer.from(host));

const leafExtensions = (hosts: readonly string[]): readonly Der[] => [
  extension(oids.basicConstraints, true, der.sequence()),
  extension(oids.keyUsage, true, der.bits(Buffer.from([0b1000_0000]), 7)),
  extension(oids.extendedKeyUsage, false, der.sequence(der.oid(oids.serverAuth), der.oid(oids.clientAuth))),
  ...(hosts.length === 0 ? [] : [extension(oids.subjectAltName, false, der.sequence(...hosts.map(hostName)))]),
];

type Wanted = { readonly subject: string; readonly publicKey: KeyObject; readonly extensions: readonly Der[] };
type Signer = { readonly name: string; readonly key: KeyObject };

function signed({ subject, publicKey, extensions }: Wanted, by: Signer, now: Date): string {
  const body = der.sequence(
    der.tagged(0, der.small(2)),
    der.integer(randomBytes(15)),
    algorithm,
    nameOf(by.name),
    der.sequence(der.time(new Date(now.getTime() - dayMs)), der.time(new Date(now.getTime() + lifeMs))),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der.tagged(3, der.sequence(...extensions)),
  );
  return pem(der.sequence(body, algorithm, der.bits(sign('sha256', body, by.key))));
}

const newKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

export type Authority = {
  readonly certificate: string;
  /** A certificate for these hosts (names and IPv4 addresses); without a host, for a client. */
  readonly issue: (subject: string, hosts: readonly string[]) => Certificate;
};

/** A certificate authority for one run. Its key is in memory alone, so it signs nothing later. */
export function createAuthority(name: string, now: Date): Authority {
  const key = newKey();
  const by = { name, key };
  const root = { subject: name, publicKey: createPublicKey(key), extensions: authorityExtensions };
  return {
    certificate: signed(root, by, now),
    issue: (subject, hosts) => {
      const own = newKey();
      const wanted = { subject, publicKey: createPublicKey(own), extensions: leafExtensions(hosts) };
      return { certificate: signed(wanted, by, now), key: own.export({ type: 'pkcs8', format: 'pem' }) };
    },
  };
}
