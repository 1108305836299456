import { createHash } from 'node:crypto';
import { isoTime } from './clock.ts';
import { refusal } from './errors.ts';
import type { Sandbox } from './sandbox.ts';
import type { KeyRecord } from './types.ts';

const keyLifeMs = 24 * 60 * 60 * 1000;
const keyLength = 64;
/** The provider's own pattern; its `+-_` is a range, so it admits most punctuation. */
const keySigns = /^[0-9a-zA-Z+-_.]+$/;

/** The same data, whatever the order of its fields and the form of its numbers. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries: [string, unknown][] = Object.entries(value);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, v]) => [name, canonical(v)]));
}

export const hashRequest = (method: string, path: string, body: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify([method, path, canonical(body)]))
    .digest('hex');

export function readKey(header: string | string[] | undefined): string {
  const key = typeof header === 'string' ? header : '';
  if (key === '') throw refusal('keyEmpty');
  if (key.length > keyLength) throw refusal('keyTooLong');
  if (!keySigns.test(key)) throw refusal('badParameter', 'Idempotence-Key');
  return key;
}

/** The stored first answer of a key, while its 24 hours last by the clock of the object that it created. */
export function liveKey(sandbox: Sandbox, scope: string): KeyRecord | undefined {
  const kept = sandbox.store.get('keys', scope);
  if (kept === undefined) return undefined;
  return sandbox.clocks.nowMs(kept.clockId) - kept.firstAtMs < keyLifeMs ? kept : undefined;
}

/**
 * Records that a key was sent, answered or not: the control API lists every send. A key that is used again after its
 * 24 h starts a new list.
 */
export function noteSend(sandbox: Sandbox, scope: string, clockId: string | null): string {
  const { store, clocks } = sandbox;
  const kept = store.get('keys', scope);
  const isReborn = kept !== undefined && liveKey(sandbox, scope) === undefined;
  const sendsId = isReborn ? `${scope}|${clocks.realNowMs()}` : (kept?.sendsId ?? scope);
  const sends = store.get('sends', sendsId) ?? { at: [], realAt: [] };
  store.put('sends', sendsId, {
    at: [...sends.at, isoTime(clocks.nowMs(clockId))],
    realAt: [...sends.realAt, isoTime(clocks.realNowMs())],
  });
  return sendsId;
}
