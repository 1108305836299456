import { type Document, type MongoClient, MongoServerError } from 'mongodb';
import { adminUser, type Security, serviceUser } from './security.ts';

export const mongodbSecurityArgs = ({ bundleFile, authorityFile, mongodbKeyFile }: Security): readonly string[] => [
  ...['--tlsMode', 'requireTLS', '--tlsCertificateKeyFile', bundleFile, '--tlsCAFile', authorityFile],
  ...['--tlsAllowConnectionsWithoutCertificates', '--keyFile', mongodbKeyFile],
];

/** The user part of an address and its options. */
export const mongodbAddressParts = (security: Security | null, user: string): { user: string; options: string } =>
  security === null
    ? { user: '', options: '' }
    : { user: `${user}:${security.password}@`, options: '&tls=true&authSource=admin' };

const authenticationFailed = 18;
export const isUserMissing = (error: unknown): boolean =>
  error instanceof MongoServerError && error.code === authenticationFailed;

/**
 * Without a user MongoDB lets a caller of the same machine begin a set and make the first user (its localhost exception).
 * The set must have a primary before it can have a user, so this is called until it has one.
 */
export async function makeAdmin(
  client: MongoClient,
  { set, security }: { readonly set: Document; readonly security: Security },
): Promise<void> {
  const admin = client.db('admin');
  const { isWritablePrimary, setName } = await admin.command({ hello: 1 });
  if (isWritablePrimary === true) {
    await admin.command({ createUser: adminUser, pwd: security.password, roles: ['root'] });
  } else if (setName === undefined) await admin.command({ replSetInitiate: set });
}

/** The services may read and write their own database, and nothing else. */
export async function makeServiceUser(client: MongoClient, { password }: Security): Promise<void> {
  const admin = client.db('admin');
  const known: unknown = (await admin.command({ usersInfo: serviceUser }))['users'];
  if (Array.isArray(known) && known.length > 0) return;
  const roles = [{ role: 'readWrite', db: 'billing' }];
  await admin.command({ createUser: serviceUser, pwd: password, roles });
}
