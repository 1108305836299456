import { hash, randomUUID } from 'node:crypto';
import type { Ids } from '../../domain/model/context.ts';

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');

/** The same name always gives the same UUID: version 8 of RFC 9562, from a SHA-256 hash. */
function uuidOf(name: string): string {
  const bytes = digest(name).subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Each part carries its length, so that ("a|b", "c") and ("a", "b|c") have different names. */
const nameOf = (...parts: readonly (string | number)[]): string =>
  parts.map((part) => `${String(part).length}:${part}`).join('|');

export const systemIds: Ids = {
  subscriptionId: (commandId) => uuidOf(nameOf('subscription', commandId)),
  bindingId: (commandId) => uuidOf(nameOf('binding', commandId)),
  paymentId: (subscriptionId, periodKey, attemptNo) => uuidOf(nameOf('payment', subscriptionId, periodKey, attemptNo)),
  noticeId: (subscriptionId, kind, { dueAt, moment }, amountMinor) =>
    uuidOf(nameOf('notice', subscriptionId, kind, dueAt, moment, amountMinor)),
  refundId: (paymentId, refundNo, attemptNo) =>
    uuidOf(nameOf('refund', paymentId, ...(refundNo === 1 ? [] : [refundNo]), attemptNo)),
  idempotenceKey: (subject, scope, attemptNo) => `v1-${hashText(`${subject}|${scope}|${attemptNo}`).slice(0, 40)}`,
  jitter: (name) => digest(name).readUIntBE(0, 6) / 2 ** 47 - 1,
  returnUrlHash: (returnUrl) => hashText(nameOf('return', returnUrl)),
};

export const randomId = (): string => randomUUID();

/** SHA-256 in hex. */
export const hashText = (text: string): string => hash('sha256', text);
