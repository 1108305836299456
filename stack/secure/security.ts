import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { createAuthority } from './certificates.ts';

/** What `npm start -- --secure` adds: TLS everywhere, and a password for each user of Kafka, MongoDB and the registry. */
export type Security = {
  readonly authorityFile: string;
  readonly certificateFile: string;
  readonly keyFile: string;
  /** Key and certificate in one file, as Kafka and mongod take them. */
  readonly bundleFile: string;
  /** By it the members of a replica set know each other. */
  readonly mongodbKeyFile: string;
  readonly registryFile: string;
  /** One for all users: this system is of one person. */
  readonly password: string;
};

/** Owns what the others may not do; a superuser of Kafka and MongoDB. */
export const adminUser = 'admin';
export const serviceUser = 'billing';
export const brokerName = 'server';

function kept(path: string, make: () => string): string {
  if (!existsSync(path)) writeFileSync(path, make(), { mode: 0o600 });
  return readFileSync(path, 'utf8');
}

/** The registry's settings with a password: on a command line others of the machine would read it. */
const registrySettings = (password: string): string => `quarkus.http.auth.basic=true
quarkus.security.users.embedded.enabled=true
quarkus.security.users.embedded.plain-text=true
quarkus.security.users.embedded.users.${serviceUser}=${password}
quarkus.security.users.embedded.roles.${serviceUser}=sr-admin
quarkus.http.auth.permission.all.paths=/*
quarkus.http.auth.permission.all.policy=authenticated
`;

/** Makes the certificates of this run, and trusts them in this process. Passwords are those of the first run. */
export function openSecurity(data: string): Security {
  const folder = join(data, 'doors');
  mkdirSync(folder, { recursive: true });
  const place = (name: string): string => join(folder, name);
  const authority = createAuthority('cinema-billing development', new Date());
  const { certificate, key } = authority.issue(brokerName, ['127.0.0.1', 'localhost']);
  const password = kept(place('password'), () => randomBytes(24).toString('hex'));
  kept(place('mongodb.key'), () => randomBytes(48).toString('base64'));
  const security = {
    authorityFile: place('authority.pem'),
    certificateFile: place('certificate.pem'),
    keyFile: place('key.pem'),
    bundleFile: place('bundle.pem'),
    mongodbKeyFile: place('mongodb.key'),
    registryFile: place('registry.properties'),
    password,
  };
  writeFileSync(security.authorityFile, authority.certificate);
  writeFileSync(security.certificateFile, certificate);
  writeFileSync(security.keyFile, key, { mode: 0o600 });
  writeFileSync(security.bundleFile, `${key}${certificate}`, { mode: 0o600 });
  writeFileSync(security.registryFile, registrySettings(password), { mode: 0o600 });
  setDefaultCACertificates([...getCACertificates('default'), authority.certificate]);
  return security;
}

/** The settings of our processes. The user is for people at a shell; each service has one of its own. */
export const securityEnvironment = (security: Security | null): Record<string, string> =>
  security === null
    ? {}
    : {
        TLS_CA_FILE: security.authorityFile,
        KAFKA_TLS: 'true',
        KAFKA_USERNAME: adminUser,
        KAFKA_PASSWORD: security.password,
        SCHEMA_REGISTRY_USERNAME: serviceUser,
        SCHEMA_REGISTRY_PASSWORD: security.password,
      };
