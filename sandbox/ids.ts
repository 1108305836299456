import { randomBytes, randomInt } from 'node:crypto';

const epochMs = Date.UTC(2000, 0, 1, 12);
const tags = { payment: '000f', refund: '0015', binding: '0037' } as const;
const variants = ['8000', '9000', 'a000', 'b000'] as const;

/** The layout seen in real ids: seconds since 2000-01-01T12:00Z, a type tag, a version, a variant, random. */
export function newObjectId(kind: keyof typeof tags, nowMs: number): string {
  const seconds = Math.max(0, Math.floor((nowMs - epochMs) / 1000)) % 2 ** 32;
  const variant = variants[randomInt(variants.length)] ?? '8000';
  return [seconds.toString(16).padStart(8, '0'), tags[kind], '5000', variant, randomBytes(6).toString('hex')].join('-');
}

/** A receipt has a prefix before a UUID of any kind. */
export const newReceiptId = (paymentOrRefundId: string): string => `rt-${paymentOrRefundId}`;

/** Error ids of the provider look like UUID v7. */
export function newErrorId(nowMs: number): string {
  const time = nowMs.toString(16).padStart(12, '0');
  const random = randomBytes(10).toString('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-b${random.slice(3, 6)}-${random.slice(6, 18)}`;
}

const digits = (count: number): string => Array.from({ length: count }, () => String(randomInt(10))).join('');

/** Retrieval reference number and authorization code, in the form that a bank gives them. */
export const newAuthorization = (): { rrn: string; auth_code: string } => ({ rrn: digits(12), auth_code: digits(6) });
