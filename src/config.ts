import { networkSettings } from './config-networks.ts';
import * as parse from './config-parsers.ts';
import { refusals } from './config-refusals.ts';
import { paymentModes } from './domain/model/receipt.ts';
import { everywhere, except, readSettings, type Setting, type Variables } from './read-settings.ts';

/** Every setting of the API, the consumers, the jobs and the deploy step. An empty variable counts as unset. */
export const settings = {
  BILLING_ENV: {
    parse: parse.oneOf('development', 'test', 'staging', 'production'),
    default: everywhere('development'),
    doc: 'Which column of defaults holds. Staging is production with a test store of YooKassa and any number of replicas.',
  },
  PROJECT_NAME: {
    parse: parse.text,
    default: everywhere('cinema-billing'),
    doc: 'Name of the service in log lines.',
  },
  PROJECT_HOST: {
    parse: parse.text,
    default: except('127.0.0.1', '0.0.0.0'),
    doc: 'Address on which the API, health and metrics listen.',
  },
  PROJECT_PORT: {
    parse: parse.port,
    default: everywhere('8001'),
    doc: 'TCP port of the API.',
  },
  METRICS_PORT: {
    parse: parse.port,
    default: everywhere('9464'),
    doc: 'TCP port of `/health`, `/live` and `/metrics`; unset, consumers take 9465 and jobs 9466.',
  },
  LOG_LEVEL: {
    parse: parse.oneOf('error', 'warn', 'info', 'debug'),
    default: everywhere('info'),
    doc: 'The least important lines still written.',
  },
  SENTRY_DSN: {
    parse: parse.sentryAddress,
    default: everywhere(''),
    doc: 'Where errors are reported besides the log: a DSN of Sentry or of its like; unset: nowhere.',
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    parse: parse.optional(parse.httpUrl),
    default: everywhere(''),
    doc: 'Where traces are sent, by OTLP over HTTP: a collector such as http://collector:4318; unset: nowhere. A collector inside the cluster may use http: spans hold no secret, and they do not leave the cluster.',
  },
  OTEL_TRACES_SAMPLER_ARG: {
    parse: parse.ratio,
    default: everywhere('0.1'),
    doc: 'The share of the traces that begin here and are recorded; a trace from elsewhere keeps its flag.',
  },
  JWT_SECRET_KEY: {
    parse: parse.nonEmpty(parse.listOf(parse.atLeast(32))),
    default: except('development-only-jwt-secret-key-of-cinema-billing', null),
    doc: 'Shared HS256 secrets of the access tokens; this or JWT_JWKS_URL, never both.',
    secret: true,
    unless: 'JWT_JWKS_URL',
  },
  JWT_JWKS_URL: {
    parse: parse.optional(parse.httpUrl),
    default: everywhere(''),
    doc: 'Where the auth service publishes its RS256 to ES512 keys, as a JWK set; in production over https only.',
  },
  JWT_ISSUER: {
    parse: parse.text,
    default: everywhere(''),
    doc: 'The `iss` that access tokens must have; unset: it is not checked.',
  },
  JWT_AUDIENCE: {
    parse: parse.text,
    default: everywhere(''),
    doc: 'What the `aud` of access tokens must name; unset: they must have none.',
  },
  JWT_TYPE: {
    parse: parse.text,
    default: everywhere(''),
    doc: 'The `typ` that the header of access tokens must have, such as `at+jwt`; unset: it is not checked.',
  },
  JWT_LIFE_MAX_MINUTES: {
    parse: parse.whole(1, 43_200),
    default: everywhere('1440'),
    doc: 'The longest life of an access token, from `iat` to `exp`; longer ones, such as refresh tokens, are refused, and so are those that lack either.',
  },
  ENCRYPTION_KEY: {
    parse: parse.nonEmpty(parse.listOf(parse.base64Of(32))),
    default: except('Y2luZW1hLWJpbGxpbmctZGV2ZWxvcG1lbnQtb25seSE=', null),
    doc: 'Keys for stored requests, dead letters and the keys of personal data; the first seals, all open.',
    secret: true,
  },
  ...networkSettings,
  YOOKASSA_API_URL: {
    parse: parse.httpUrl,
    default: except('http://127.0.0.1:8090/v3', 'https://api.yookassa.ru/v3'),
    doc: 'Root of the payment API; a sandbox in development, YooKassa itself in production and staging.',
  },
  YOOKASSA_SHOP_ID: {
    parse: parse.text,
    default: except('100500', null),
    doc: 'The shop at YooKassa.',
  },
  YOOKASSA_API_KEY: {
    parse: parse.text,
    default: except('test_sandbox', null),
    doc: 'The key of that shop: in production of a real one, elsewhere of a test store.',
    secret: true,
  },
  YOOKASSA_RETURN_URL: {
    parse: parse.httpUrl,
    default: except('http://127.0.0.1:8001/return', null),
    doc: 'Where the payment page sends the buyer back to, unless the purchase names another address.',
  },
  YOOKASSA_NOTIFICATION_SECRET: {
    parse: parse.nonEmpty(parse.listOf(parse.pathSecret)),
    default: except('development-notifications', null),
    doc: 'Last part of the path at which notifications are taken; of several each is taken.',
    secret: true,
  },
  YOOKASSA_NOTIFICATION_ADDRESSES: {
    parse: parse.nonEmpty(parse.listOf(parse.addressRange)),
    default: except(
      '127.0.0.1,::1',
      '185.71.76.0/27,185.71.77.0/27,77.75.153.0/25,77.75.156.11,77.75.156.35,77.75.154.128/25,2a02:5180::/32',
    ),
    doc: 'Addresses from which notifications are taken.',
  },
  PROVIDER_SLOTS: {
    parse: parse.whole(1, 4096),
    default: everywhere('256'),
    doc: 'Calls to the provider that all processes together have open at once; more wait in the database, not in memory.',
  },
  PROVIDER_REQUESTS_PER_SECOND: {
    parse: parse.whole(1, 10_000),
    default: except('1000', '50'),
    doc: 'Calls to the provider that all processes together begin in a second (each counts for 1.1 s); YooKassa publishes no limit and answers 429 above its own.',
  },
  LANES: {
    parse: parse.whole(1, 1024),
    default: everywhere('64'),
    doc: 'Keys (users) that one consumer handles at once; above 64 the gain measured is small and memory grows.',
  },
  CONSUMERS: {
    parse: parse.listOf(parse.text),
    default: everywhere(''),
    doc: 'Which consumers this process runs, by name, comma-separated; unset: all.',
  },
  RATE_LIMIT_PER_MINUTE: {
    parse: parse.whole(1, 10_000_000),
    default: except('600000', '600'),
    doc: 'Requests per minute from one user (or one address without a valid token), over all processes of the API. Those of two seconds may come at once, 20 of 600; the next one is answered 429. Preflights of pages have as many of their own.',
  },
  RATE_LIMIT_SERVICE_PER_MINUTE: {
    parse: parse.whole(1, 10_000_000),
    default: except('600000', '60000'),
    doc: 'The same for another service of the cinema, which asks for all of its viewers: role `service`.',
  },
  TRUSTED_PROXY_HOPS: {
    parse: parse.whole(0, 10),
    default: everywhere('0'),
    doc: "Proxies of ours in front of the API; with 0 the peer's address is believed and X-Forwarded-For is not, and one address may hold 400 connections to a process. A proxy must bound its clients itself.",
  },
  RETURN_URL_ORIGINS: {
    parse: parse.listOf(parse.origin),
    default: except('http://127.0.0.1:8001,http://localhost:8001', ''),
    doc: 'Origins to which a purchase may ask to be sent back; unset in production: none.',
  },
  CORS_ORIGINS: {
    parse: parse.listOf(parse.originOrAny),
    default: except('*', ''),
    doc: 'Origins of pages that may call the API; `*`: any.',
  },
  BUSINESS_TIME_ZONE: {
    parse: parse.timeZone,
    default: everywhere('Europe/Moscow'),
    doc: 'Time zone in which months and days of subscriptions are counted; the database remembers it, and another one is refused.',
  },
  RECEIPTS: {
    parse: parse.oneOf('off', 'email', 'email_or_phone'),
    default: everywhere('off'),
    doc: 'Whether each payment asks the provider for a fiscal receipt (54-FZ), and where it can be sent: to an e-mail address, or also to a phone.',
  },
  RECEIPT_VAT_CODES: {
    parse: parse.vatCodes,
    default: everywhere(''),
    doc: 'Codes of the VAT rate, each from a date on. Needed with RECEIPTS.',
  },
  RECEIPT_TAX_SYSTEM: {
    parse: parse.optionalWhole(1, 6),
    default: everywhere(''),
    doc: 'Code of the tax system, where the cash register asks for it.',
  },
  RECEIPT_PAYMENT_MODE: {
    parse: parse.oneOf(...paymentModes),
    default: everywhere('full_payment'),
    doc: 'How a period is sold, as the receipt says it: full_payment, or full_prepayment where another system makes the offset receipts.',
  },
  CHARGING_HOURS: {
    parse: parse.hoursOfDay,
    default: everywhere(''),
    doc: 'When renewals and their retries may be charged, in business time; unset: at any time.',
  },
  TERMS_REQUIRED: {
    parse: parse.flag,
    default: everywhere('false'),
    doc: 'Whether a purchase with renewal, and taking a cancel back, must say what the subscriber was shown; on once every frontend sends it.',
  },
  TEST_CLOCKS: {
    parse: parse.flag,
    default: except('true', 'false'),
    doc: 'Whether subscribers may live on clocks that can be moved forward; refused in production.',
  },
} as const satisfies Readonly<Record<string, Setting<unknown>>>;

type Settings = typeof settings;
export type SettingName = keyof Settings;
export type Config = { readonly [Name in SettingName]: Settings[Name] extends Setting<infer Value> ? Value : never };

/**
 * Reads every setting, or throws one Fault with a line for each that is wrong. `preferred` has the defaults of one kind of
 * process, such as its METRICS_PORT; the environment comes before them.
 */
export const loadConfig = (variables: Variables = process.env, preferred: Variables = {}): Config =>
  readSettings(settings, refusals, { variables, preferred }) as Config;
