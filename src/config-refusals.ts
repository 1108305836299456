import { mongodbFaults, mongodbOverrides, mongodbPassword } from './config-mongodb.ts';
import type { Refusal } from './read-settings.ts';

const isHttp = (value: unknown): boolean => [value].flat().some((one) => /^http:/i.test(String(one)));

/** Characters of which a secret has at least so many: random ones have far more, `aaaa…` has one. */
const differentMin = 8;
const isTrivial = (secret: unknown): boolean =>
  [secret].flat().some((one) => one !== '' && new Set(String(one)).size < differentMin);

const trivial = `must be random; it has fewer than ${differentMin} different characters`;
const isOneOfTwo = (one: unknown, other: unknown): boolean => (one === '') !== (other === '');

/** What is wrong in every environment, though each value alone is right. */
const everywhere: readonly Refusal[] = [
  {
    name: 'KAFKA_PASSWORD',
    refuses: (value, { KAFKA_USERNAME: user }) => isOneOfTwo(value, user),
    why: 'must be set where KAFKA_USERNAME is, and nowhere else',
  },
  {
    name: 'KAFKA_KEY_FILE',
    refuses: (value, { KAFKA_CERTIFICATE_FILE: certificate }) => isOneOfTwo(value, certificate),
    why: 'must be set where KAFKA_CERTIFICATE_FILE is, and nowhere else',
  },
  {
    name: 'KAFKA_CERTIFICATE_FILE',
    refuses: (value, { KAFKA_TLS: tls }) => value !== '' && tls === false,
    why: 'is shown over TLS alone: set KAFKA_TLS to true, or unset this',
  },
  {
    name: 'SCHEMA_REGISTRY_PASSWORD',
    refuses: (value, { SCHEMA_REGISTRY_USERNAME: user }) => isOneOfTwo(value, user),
    why: 'must be set where SCHEMA_REGISTRY_USERNAME is, and nowhere else',
  },
  {
    name: 'MONGODB_URL',
    refuses: (value) => mongodbOverrides(String(value)),
    why: 'must not set w, journal, wtimeoutMS, readConcernLevel or readPreference: the service needs its own',
  },
];

/** Valid values that belong to development. */
const outsideDevelopment: readonly Refusal[] = [
  {
    name: 'JWT_JWKS_URL',
    refuses: isHttp,
    why: 'must begin with https://; who can change the keys can sign any token',
  },
  { name: 'JWT_SECRET_KEY', refuses: isTrivial, why: trivial },
  { name: 'ENCRYPTION_KEY', refuses: isTrivial, why: trivial },
  { name: 'YOOKASSA_NOTIFICATION_SECRET', refuses: isTrivial, why: trivial },
  { name: 'KAFKA_PASSWORD', refuses: isTrivial, why: trivial },
  { name: 'SCHEMA_REGISTRY_PASSWORD', refuses: isTrivial, why: trivial },
  {
    name: 'MONGODB_URL',
    refuses: (value) => isTrivial(mongodbPassword(String(value))),
    why: `its password ${trivial}`,
  },
  {
    name: 'KAFKA_TLS',
    refuses: (value) => value === false,
    why: 'must be unset or true: who reads or writes between us and Kafka can cancel and refund subscriptions',
  },
  {
    name: 'KAFKA_USERNAME',
    refuses: (value, { KAFKA_CERTIFICATE_FILE: certificate }) => value === '' && certificate === '',
    why: 'must be set with KAFKA_PASSWORD, or KAFKA_CERTIFICATE_FILE with KAFKA_KEY_FILE: without a user every caller may write commands',
  },
  {
    name: 'MONGODB_URL',
    refuses: (value) => mongodbFaults(String(value)),
    why: 'must name a replica set (replicaSet=…), a user (user:password@), and tls=true without tlsInsecure or tlsAllowInvalid…',
  },
  { name: 'SCHEMA_REGISTRY_URL', refuses: isHttp, why: 'must begin with https://; a forged schema stops every reader' },
  {
    name: 'SCHEMA_REGISTRY_USERNAME',
    refuses: (value) => value === '',
    why: 'must be set with SCHEMA_REGISTRY_PASSWORD: who may write schemas without a user can stop every reader',
  },
  { name: 'YOOKASSA_RETURN_URL', refuses: isHttp, why: 'must begin with https://' },
  { name: 'RETURN_URL_ORIGINS', refuses: isHttp, why: 'must name origins that begin with https://' },
  {
    name: 'CORS_ORIGINS',
    refuses: (value) => [value].flat().some((one) => one === '*' || isHttp(one)),
    why: 'must name the origins of our pages, each beginning with https://, and not `*`',
  },
  {
    name: 'SENTRY_DSN',
    refuses: isHttp,
    why: 'must begin with https://; a report says what failed, and where in the code',
  },
  {
    name: 'TEST_CLOCKS',
    refuses: (value) => value === true,
    why: 'must be unset or false; time is moved in development and tests only',
  },
];

const inProduction: readonly Refusal[] = [
  {
    name: 'KAFKA_REPLICAS',
    refuses: (value) => Number(value) < 3,
    why: 'must be 3 or more: with fewer, one lost disk loses orders that were acknowledged',
  },
];

export const refusals = { everywhere, outsideDevelopment, inProduction };
