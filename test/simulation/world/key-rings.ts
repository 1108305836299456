import { type Cipher, fieldOf, type KeyRing, type UserCiphers } from '../../../src/application/ports/cipher.ts';
import { Fault } from '../../../src/application/ports/faults.ts';
import type { Machine } from './machine.ts';
import type { World } from './world.ts';

/** The rings of keys of all processes. A process has the ring that its role was configured with when it started. */
export type KeyRings = {
  readonly ringOf: (machine: Machine) => Cipher;
  /** The ring of what seals anew, which tries what a text may be about. */
  readonly under: (keys: Keys) => KeyRing;
  /** The role has these keys from its next start on; the first one seals. */
  readonly configure: (role: string, keys: Keys) => void;
  /** The keys of the process that runs as this role now. */
  readonly keysOf: (role: string) => Keys;
  /** Opens what any key has sealed, for the eyes of the checks. */
  readonly every: KeyRing;
  readonly userCiphers: UserCiphers;
};

export type Keys = readonly [string, ...string[]];

/** In the order of their lives; each is its own id, of eight characters. */
export const oldKey = 'key-0old';
export const newKey = 'key-0new';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const broken = (): Fault => new Fault('seal_broken', 'not sealed with these keys about this', { retryable: false });

/** `{nonce} {about}|{clear}`: what is sealed twice has two seals. */
function partsOf(sealed: string): { readonly key: string; readonly about: string; readonly clear: string } {
  const [version, key = '', packed = ''] = sealed.split('.');
  if (version !== 'v2') throw broken();
  const text = Buffer.from(packed, 'base64url').toString('utf8');
  const bar = text.indexOf('|');
  return { key, about: text.slice(text.indexOf(' ') + 1, bar), clear: text.slice(bar + 1) };
}

/** The text in a sealed one, for the checks. */
export const clearIn = (sealed: string): string => partsOf(sealed).clear;

/** The keys of the service that have sealed texts in the value, at any depth. */
export const sealedWith = (value: unknown): ReadonlySet<string> =>
  new Set([...JSON.stringify(value).matchAll(/"v2\.(key-0\w+)\./g)].map(([, key = '']) => key));

/** As the real ring, but that nothing is hidden: another key opens nothing, and nothing opens in another place. */
function createRing(keys: Keys, nextNonce: () => number): KeyRing {
  const [first] = keys;
  return {
    seal: (clear, about = '') =>
      `v2.${first}.${Buffer.from(`${nextNonce()} ${about}|${textOf(clear)}`).toString('base64url')}`,
    open: (sealed, about = '') => {
      const { key, clear, about: boundTo } = partsOf(sealed);
      if (!keys.includes(key) || boundTo !== about) throw broken();
      return bytesOf(clear);
    },
    isCurrent: (sealed) => sealed.startsWith(`v2.${first}.`),
  };
}

export function createKeyRings(world: World): KeyRings {
  let nonce = 0;
  const ring = (keys: Keys): KeyRing => createRing(keys, () => (nonce += 1));
  const configured = new Map<string, Keys>();
  const running = new Map<string, Keys>();
  const keysFor = (role: string): Keys => configured.get(role) ?? [oldKey];
  return {
    ringOf: (machine) => {
      const { name } = machine;
      running.set(name, keysFor(name));
      const { seal, open } = ring(keysFor(name));
      const openOrBreak: Cipher['open'] = (sealed, about) => {
        try {
          return open(sealed, about);
        } catch (error) {
          world.breach('40: what is stored can be opened', null, `${name} opens ${about ?? 'a text'}`);
          throw error;
        }
      };
      return { seal, open: openOrBreak };
    },
    under: ring,
    configure: (role, keys) => void configured.set(role, keys),
    keysOf: (role) => running.get(role) ?? keysFor(role),
    every: ring([newKey, oldKey]),
    userCiphers: {
      // The simulation draws all that is random.
      newKey: () => bytesOf(world.random.id()),
      under: (key) => ring([textOf(key).slice(0, 8)]),
    },
  };
}

/** The personal data that the API seals before a command is published. */
const personal = ['email', 'phone', 'comment'];

/** The command as the API publishes it. */
export function withSeals<Input extends { readonly userId: string }>(
  input: Input,
  { seal }: Pick<Cipher, 'seal'>,
): Input {
  const fields = Object.entries(input).map(([name, value]: [string, unknown]) => [
    name,
    personal.includes(name) && typeof value === 'string' ? seal(bytesOf(value), fieldOf(input.userId, name)) : value,
  ]);
  return Object.fromEntries(fields) as Input;
}
