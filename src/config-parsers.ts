import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';

/** The parsed value, or what it should have been. The text itself is never quoted: it may be a secret. */
export type Parsed<Value> = { readonly value: Value } | { readonly wanted: string };
export type Parser<Value> = (text: string) => Parsed<Value>;

/** A setting that may be unset, and is an empty text then. */
export const optional =
  (parser: Parser<string>): Parser<string> =>
  (given) =>
    given === '' ? { value: '' } : parser(given);

export const text: Parser<string> = (given) => ({ value: given });

export const oneOf =
  <const Choice extends string>(...choices: readonly Choice[]): Parser<Choice> =>
  (given) => {
    const value = choices.find((choice) => choice === given.toLowerCase());
    return value === undefined ? { wanted: `one of ${choices.join(', ')}` } : { value };
  };

export const flag: Parser<boolean> = (given) =>
  given === 'true' || given === 'false' ? { value: given === 'true' } : { wanted: 'true or false' };

export const whole =
  (least: number, most: number): Parser<number> =>
  (given) => {
    const value = Number(given);
    return /^\d+$/.test(given) && value >= least && value <= most
      ? { value }
      : { wanted: `a whole number from ${least} to ${most}` };
  };

export const ratio: Parser<number> = (given) =>
  /^(0(\.\d+)?|1(\.0+)?)$/.test(given) ? { value: Number(given) } : { wanted: 'a share from 0 to 1, such as 0.1' };

export const port = whole(1, 65_535);

/** A number that may be unset, and is null then. */
export const optionalWhole =
  (least: number, most: number): Parser<number | null> =>
  (given) =>
    given === '' ? { value: null } : whole(least, most)(given);

/** A code that counts from a date on; null: from ever. */
export type DatedCode = { readonly from: string | null; readonly code: number };

/** The highest code of a VAT rate that registers know. */
const vatCodeMax = 12;

/** A day of the calendar: 30 February is none. */
function isDay(text: string): boolean {
  const at = new Date(`${text}T00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

function datedCode(text: string): DatedCode | null {
  const [, date, code = ''] = /^(?:(\d{4}-\d{2}-\d{2})=)?(\d{1,2})$/.exec(text) ?? [];
  return (date === undefined || isDay(date)) && 'value' in whole(1, vatCodeMax)(code)
    ? { from: date ?? null, code: Number(code) }
    : null;
}

/** Codes by date. Each counts until the next one, so there is no day without a code, and none with two. */
export const vatCodes: Parser<readonly DatedCode[]> = (given) => {
  const codes = given === '' ? [] : given.split(',').map((part) => datedCode(part.trim()));
  const isWhole = codes.every((one, index) => {
    const before = codes[index - 1];
    if (one === null) return false;
    if (index === 0) return one.from === null;
    return one.from !== null && (before?.from ?? '') < one.from;
  });
  return isWhole
    ? { value: codes.filter((one) => one !== null) }
    : { wanted: 'codes from 1 to 12 by ascending date, the first without one, such as 4,2026-01-01=11' };
};

/** Enough for a night's renewals, and more than any change of the clock. */
const chargingHoursLeast = 4;

const minutesOf = (hour = '', minute = ''): number => Number(hour) * 60 + Number(minute);

/** A window of the day, such as 09:00-21:00; null where it is unset. */
export const hoursOfDay: Parser<{ readonly fromMinutes: number; readonly untilMinutes: number } | null> = (given) => {
  if (given === '') return { value: null };
  const match = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/.exec(given);
  const fromMinutes = minutesOf(match?.[1], match?.[2]);
  const untilMinutes = minutesOf(match?.[3], match?.[4]);
  const isWindow = untilMinutes <= 24 * 60 && untilMinutes - fromMinutes >= chargingHoursLeast * 60;
  return match !== null && isWindow
    ? { value: { fromMinutes, untilMinutes } }
    : { wanted: `a window of ${chargingHoursLeast} hours or more within a day, such as 09:00-21:00` };
};

/** A comma-separated list without repeats; every item must pass. */
export const listOf =
  (item: Parser<string>): Parser<readonly string[]> =>
  (given) => {
    const parsed = given
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .map(item);
    const wrong = parsed.find((one) => 'wanted' in one);
    if (wrong !== undefined && 'wanted' in wrong) return { wanted: `a comma-separated list, each ${wrong.wanted}` };
    return { value: [...new Set(parsed.flatMap((one) => ('value' in one ? [one.value] : [])))] };
  };

export const nonEmpty =
  (list: Parser<readonly string[]>): Parser<readonly string[]> =>
  (given) => {
    const parsed = list(given);
    return 'value' in parsed && parsed.value.length === 0 ? { wanted: 'at least one entry' } : parsed;
  };

export const hostAndPort: Parser<string> = (given) => {
  const [, host, number] = /^([\w.-]+|\[[\da-fA-F:]+\]):(\d+)$/.exec(given) ?? [];
  return host !== undefined && number !== undefined && 'value' in port(number)
    ? { value: given }
    : { wanted: 'host:port' };
};

/**
 * An http(s) address without a slash at its end, so that paths can be appended. A user in it is refused: `fetch` calls no
 * such address, and the error would repeat the password.
 */
export const httpUrl: Parser<string> = (given) => {
  const url = URL.parse(given);
  return url !== null && /^https?:$/.test(url.protocol) && `${url.username}${url.password}${url.hash}` === ''
    ? { value: given.replace(/\/+$/, '') }
    : { wanted: 'an address that starts with http:// or https://, without a user' };
};

/** Compared with the Origin header byte by byte, therefore only in the spelling that browsers send. */
export const origin: Parser<string> = (given) => {
  const url = URL.parse(given);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === given
    ? { value: given }
    : { wanted: 'an origin such as https://cinema.example, without a path' };
};

export const originOrAny: Parser<string> = (given) => (given === '*' ? { value: given } : origin(given));

export const mongodbUrl: Parser<string> = (given) =>
  /^mongodb(\+srv)?:\/\/[^/\s]+\/[\w-]+(\?\S*)?$/.test(given)
    ? { value: given }
    : { wanted: 'an address such as mongodb://host:27017/billing?replicaSet=rs0, the database named' };

export const addressRange: Parser<string> = (given) => {
  const [address = '', bits] = given.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return most > 0 && (bits === undefined || 'value' in whole(0, most)(bits))
    ? { value: given }
    : { wanted: 'an IP address, or a range such as 185.71.76.0/27' };
};

/** A DSN, as the settings page of a Sentry project shows it; null when unset. */
export const sentryAddress: Parser<string | null> = (given) => {
  if (given === '') return { value: null };
  return /^https?:\/\/\w+@[\w.:-]+\/([\w.-]+\/)*\d+$/.test(given)
    ? { value: given }
    : { wanted: 'a DSN such as https://key@sentry.example/42' };
};

export const timeZone: Parser<string> = (given) => {
  try {
    return { value: new Intl.DateTimeFormat('en', { timeZone: given }).resolvedOptions().timeZone };
  } catch {
    return { wanted: 'a time zone of the IANA list, such as Europe/Moscow' };
  }
};

export const atLeast =
  (characters: number): Parser<string> =>
  (given) =>
    given.length >= characters ? { value: given } : { wanted: `at least ${characters} characters` };

/** Part of a path, so only characters that need no escaping there are accepted. */
export const pathSecret: Parser<string> = (given) =>
  /^[\w-]{16,}$/.test(given) ? { value: given } : { wanted: 'at least 16 letters, digits, - or _' };

export const base64Of =
  (bytes: number): Parser<string> =>
  (given) => {
    const decoded = Buffer.from(given, 'base64');
    return decoded.length === bytes && decoded.toString('base64') === given
      ? { value: given }
      : { wanted: `base64 of exactly ${bytes} bytes (openssl rand -base64 ${bytes})` };
  };

/** The text of a PEM file, read once at the start, if `check` bears it; empty when unset. */
const pemFile =
  (what: string, check: (pem: string) => unknown): Parser<string> =>
  (given) => {
    if (given === '') return { value: '' };
    try {
      const pem = readFileSync(given, 'utf8');
      check(pem);
      return { value: pem };
    } catch {
      return { wanted: `the path of a readable PEM file that holds ${what}` };
    }
  };

export const certificates = pemFile('one certificate or more', (pem) => new X509Certificate(pem));
export const privateKey = pemFile('a private key without a passphrase', (pem) => createPrivateKey(pem));
