import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { expect, test } from '@jest/globals';
import { type Authority, createAuthority } from '../../stack/secure/certificates.ts';

const now = new Date();
const ours = createAuthority('our authority', now);
const strangers = createAuthority('our authority', now);
const server = ours.issue('server', ['localhost', '127.0.0.1']);

/** How a handshake with `server` ends: for the client, and what name the server saw. */
async function shake(trusted: Authority, client: Authority | null, servername: string): Promise<string> {
  const asked = { ca: ours.certificate, requestCert: true, rejectUnauthorized: false };
  const listening = createServer({ cert: server.certificate, key: server.key, ...asked });
  listening.on('tlsClientError', () => undefined);
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;
  const own = client?.issue('billing', []);
  const proof = own === undefined ? {} : { cert: own.certificate, key: own.key };
  const socket = connect({ port, host: '127.0.0.1', servername, ca: trusted.certificate, ...proof });
  const accepted = once(listening, 'secureConnection').then(([peer]) => {
    const { subject } = (peer as TLSSocket).getPeerCertificate() as { subject?: { CN?: string } };
    return subject?.CN ?? 'no name';
  });
  const failed = once(socket, 'error').then(([error]) => (error as NodeJS.ErrnoException).code ?? 'failed');
  const connected = once(socket, 'secureConnect').then(() => accepted);
  try {
    return await Promise.race([connected, failed]);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'failed';
  } finally {
    socket.destroy();
    listening.close();
  }
}

test('a server is known by its name to who trusts the authority, and its client by the certificate', async () => {
  expect(await shake(ours, ours, 'localhost')).toBe('billing');
  expect(await shake(ours, null, 'localhost')).toBe('no name');
  expect(await shake(ours, ours, 'elsewhere')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  expect(await shake(strangers, ours, 'localhost')).not.toMatch(/billing|no name/);
});

test('the certificates say what they are for, and end', () => {
  const [root, leaf] = [new X509Certificate(ours.certificate), new X509Certificate(server.certificate)];
  expect(root.ca).toBe(true);
  expect(root.verify(root.publicKey)).toBe(true);
  expect(leaf.ca).toBe(false);
  expect(leaf.checkIssued(root)).toBe(true);
  expect(leaf.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1');
  expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
  expect(leaf.validToDate.getTime() - now.getTime()).toBeLessThanOrEqual(30 * 24 * 60 * 60_000);
});
